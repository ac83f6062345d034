// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "Outgoing.hpp"
#include "RequestParser.hpp"

namespace cartload {

class Connection;
class Server;
namespace net = boost::asio;
using tcp = net::ip::tcp;

/// What another thread asks of a connection.
struct Command {
    enum class Kind { respond, write, endWhole, endCut, grant, pass };

    Kind kind;
    uint64_t id;
    /// An answer's head without its last lines, and its body.
    Outgoing outgoing;
    int status = 0;
    bool isStream = false;
    bool closes = false;
    uint64_t amount = 0;
};

/// One thread with its connections. Only `post`, `count` and `id` may be used by other threads.
class Loop {
  public:
    Loop(Server &, uint8_t index);
    ~Loop();

    void start(std::shared_ptr<Server>);
    void join();
    /// Hands a command over; runs it at once on the loop's own thread, unless it must wait its turn there too.
    void post(Command &&, bool waits = false);
    void adopt(tcp::socket &&);
    void drain(uint64_t deadline);

    /// Gives a connection an id of its own, and a new one for each request.
    uint64_t enter(std::shared_ptr<Connection>);
    uint64_t renew(uint64_t id);
    void leave(uint64_t id);

    uint64_t now() const { return clock; }
    void tick();
    const std::string &date() const { return dateLine; }
    bool isDraining() const { return draining; }

    net::io_context io{1};
    std::atomic<uint32_t> count{0};
    Server &server;
    /// Where every connection reads to, and the fields of the head that is being parsed: nothing of either outlives a call.
    std::vector<char> buffer;
    std::vector<cl_http_field> fields;

  private:
    struct Slot {
        /// A connection that waits for its handler or its budget has nobody else who keeps it.
        std::shared_ptr<Connection> connection;
        uint32_t generation = 1;
    };

    void run();
    void execute(Command &);
    void takeCommands();
    void sweep();
    void writeDate();
    std::shared_ptr<Connection> find(uint64_t id);
    void endWhenEmpty();

    const uint8_t index;
    std::thread thread;
    net::executor_work_guard<net::io_context::executor_type> work;
    net::steady_timer timer;
    std::mutex mutex;
    std::vector<Command> commands;
    std::vector<Command> taken;
    std::vector<Slot> slots;
    std::vector<uint32_t> freeSlots;
    uint64_t clock = 0;
    uint64_t drainDeadline = 0;
    bool draining = false;
    bool hasEnded = false;
    int64_t dateSecond = 0;
    std::string dateLine;
};

}  // namespace cartload
