// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "BodyBudget.hpp"
#include "Certificate.hpp"
#include "include/CHTTP.h"

namespace cartload {

class Loop;
namespace net = boost::asio;
using tcp = net::ip::tcp;

/// What the loops share: the listening socket, which the first of them accepts on, limits and counts.
class Server : public std::enable_shared_from_this<Server> {
  public:
    Server(const cl_http_options &, const cl_http_callbacks &, void *context);
    ~Server();

    /// Listens; clients can connect from then on.
    cl_http_failure open(std::string &message);
    /// Starts the loops.
    cl_http_failure run(std::string &message);
    void drain(uint64_t withinMilliseconds);
    /// The loop that a request's id names; NULL for none.
    Loop *loop(uint64_t id) const;
    std::string address() const;
    uint16_t port() const { return endpoint.port(); }
    /// Any thread: a connection has been closed.
    void connectionEnded();
    /// Any thread: a loop has ended; the last one says that all is over.
    void loopEnded();
    void give(uint64_t id, uint64_t amount, bool isWaiting);

    /// The head's fields and the body of a refusal, from `Content-Type` on.
    const std::string &refusal(unsigned status) const;

    cl_http_options options;
    const cl_http_callbacks callbacks;
    void *const context;
    Certificate certificate;
    BodyBudget budget;
    std::atomic<uint32_t> connections{0};

  private:
    void accept();
    void accepted(boost::system::error_code, tcp::socket, Loop *);
    /// Takes what clients have already connected, which closing would reset, and closes.
    void stopAccepting();
    void closeAcceptor();
    Loop *quietest() const;

    const std::string host;
    std::map<unsigned, std::string> refusals;
    std::vector<std::unique_ptr<Loop>> loops;
    tcp::endpoint endpoint;
    // These belong to the first loop's thread.
    std::optional<tcp::acceptor> acceptor;
    std::optional<net::steady_timer> pause;
    bool isAccepting = false;
    std::atomic<bool> isFull{false};
    std::atomic<uint32_t> running{0};
};

}  // namespace cartload
