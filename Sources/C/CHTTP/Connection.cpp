// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Connection.hpp"

#include <algorithm>
#include <fcntl.h>

#include "Server.hpp"

namespace cartload {

Connection::Connection(Loop &loop, tcp::socket &&taken) : loop(loop), socket(std::move(taken)) {}

Connection::~Connection() { std::free(head); }

void Connection::enter() { id = loop.enter(shared_from_this()); }

void Connection::start() {
    boost::system::error_code error;
    // Children of the program must not hold connections open.
    fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    socket.non_blocking(true, error);
    socket.set_option(tcp::no_delay(true), error);
    auto endpoint = socket.remote_endpoint(error);
    if (error) return close();
    auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
    peer = address.to_string();
    // The first request must begin soon; later ones may be awaited for longer.
    setDeadline(loop.server.options.header_ms);
    context = loop.server.certificate.current();
    if (!context) return readInput();
    state = State::handshake;
    tls = std::make_unique<TLS>(socket, *context);
    tls->async_handshake(TLS::server, [self = shared_from_this()](boost::system::error_code failure) {
        if (self->state != State::handshake) return;
        if (failure) return self->close();
        self->loop.tick();
        self->state = State::idle;
        self->guard([&] { self->awaitInput(); });
    });
}

void Connection::execute(Command &command) {
    switch (command.kind) {
    case Command::Kind::respond: return respond(command);
    case Command::Kind::write: return append(command);
    case Command::Kind::endWhole: return endStream(true);
    case Command::Kind::endCut: return endStream(false);
    case Command::Kind::grant:
    case Command::Kind::pass:
        if (command.kind == Command::Kind::pass) {
            hasPass = true;
        } else {
            shared += command.amount;
        }
        awaitsBudget = false;
        claimed += command.amount;
        setDeadline(restOfDeadline);
        return goOn();
    }
}

void Connection::setDeadline(uint32_t milliseconds) { deadline = milliseconds ? loop.now() + milliseconds : 0; }

/// Milliseconds that a client has beyond its deadline for what has come of its body: a few bytes are worth none.
uint64_t Connection::earned() const {
    return state == State::body ? body.count * 1000 / std::max<uint64_t>(loop.server.options.body_rate, 1) : 0;
}

void Connection::checkDeadline() {
    if (deadline == 0 || loop.now() < deadline + earned()) return;
    deadline = 0;
    switch (state) {
    case State::head:
    case State::body: return refuse(408);
    case State::answering: return cut();
    default: return close();
    }
}

void Connection::closeIfIdle() {
    // A request that has arrived already is still answered.
    if (state == State::idle && !tls) readInput();
    if (state == State::idle || state == State::handshake) close();
    keepsAlive = false;
}

/// Closes so that the client sees that something is missing.
void Connection::cut() {
    boost::system::error_code error;
    socket.set_option(net::socket_base::linger(true, 0), error);
    close();
}

void Connection::releaseBudget() {
    if (claimed > 0 || hasPass || awaitsBudget) loop.server.give(budgetID, shared, awaitsBudget);
    claimed = shared = 0;
    hasPass = awaitsBudget = false;
}

void Connection::close() {
    if (state == State::closed) return;
    state = State::closed;
    deadline = 0;
    boost::system::error_code error;
    socket.close(error);
    releaseBudget();
    output.clear();
    body.reset();
    if (void *last = std::exchange(exchange, nullptr)) loop.server.callbacks.event(last, CL_HTTP_CUT, answerBytes);
    loop.leave(id);
}

}  // namespace cartload
