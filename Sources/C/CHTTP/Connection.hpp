// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "Body.hpp"
#include "HeadScan.hpp"
#include "Loop.hpp"
#include "Outgoing.hpp"
#include "RequestParser.hpp"

namespace cartload {

/// One client: requests one after the other, each read whole, handed over, and answered.
///
/// All of it runs on its loop's thread. Connection+Input.cpp reads, Connection+Request.cpp parses,
/// Connection+Output.cpp writes.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Loop &, tcp::socket &&);
    ~Connection();

    /// The loop keeps it from here on until it is closed.
    void enter();
    void start();
    void execute(Command &);
    void checkDeadline();
    void closeIfIdle();
    void close();

    /// No exception of one connection, such as of memory that is not there, leaves it.
    template <class Body> void guard(Body body) {
        try {
            body();
        } catch (...) {
            close();
        }
    }

  private:
    enum class State {
        handshake,
        /// Between requests, nothing of the next one is there.
        idle,
        head,
        body,
        /// The request is with its handler.
        handling,
        /// The answer is on its way, or a stream is open.
        answering,
        /// All is written; what the client still sends is read and dropped, or it would not see the answer.
        lingering,
        closed,
    };
    /// The most of the budget that a body claims ahead.
    static constexpr uint64_t claimStep = 1 << 20;
    using TLS = boost::asio::ssl::stream<tcp::socket &>;

    // Reading
    bool wantsInput() const;
    void awaitInput();
    void readInput();
    void take(const char *bytes, size_t count);
    /// What has been read and not been looked at, such as the next request.
    void goOn();
    void inputEnded();

    // Requests
    size_t consume(std::string_view);
    bool begin(std::string_view head);
    bool takeBody(std::string_view &rest);
    bool claim(uint64_t wanted);
    uint64_t bodyRest() const;
    void dispatch();
    void refuse(unsigned status);

    // Answers
    void respond(Command &);
    void append(Command &);
    void endStream(bool isWhole);
    void flush();
    void flushPlain();
    void flushSecure();
    void awaitOutput();
    void wrote(size_t count);
    void finishIfWritten();
    void finish();
    void linger();
    void releaseBudget();
    void setDeadline(uint32_t milliseconds);
    uint64_t earned() const;
    void cut();

    Loop &loop;
    tcp::socket socket;
    std::shared_ptr<boost::asio::ssl::context> context;
    std::unique_ptr<TLS> tls;
    std::string peer;
    State state = State::idle;
    uint64_t id = 0;

    bool isReading = false;
    bool isWriting = false;
    bool isConsuming = false;
    bool isDispatching = false;
    bool hasEOF = false;
    std::string input;
    std::vector<char> secureInput;
    std::string secureOutput;
    HeadScan scan;
    bool isFirstByte = true;
    std::optional<RequestParser> parser;
    /// The head that is handed over: its text, the peer and the fields.
    char *head = nullptr;
    size_t headCount = 0, fieldsOffset = 0, fieldCount = 0;
    cl_http_span method{}, target{}, peerSpan{};
    Body body;
    uint64_t headTime = 0;

    /// The id that the budget knows, which is not that of the request.
    uint64_t budgetID = 0;
    uint64_t claimed = 0;
    uint64_t shared = 0;
    bool hasPass = false;
    bool awaitsBudget = false;
    uint32_t restOfDeadline = 0;

    void *exchange = nullptr;
    bool keepsAlive = true, isHead = false, isOld = false;
    bool isStream = false, isChunked = false, hasEnded = false;
    std::deque<Outgoing> output;
    uint64_t answerBytes = 0;
    size_t progress = 0;
    size_t dropped = 0;
    /// In milliseconds of the loop's clock; 0 for none.
    uint64_t deadline = 0;
};

}  // namespace cartload
