// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "Connection.hpp"
#include "Server.hpp"

namespace cartload {

namespace {
/// How much of later requests is read while one is being answered.
constexpr size_t pipelineLimit = 16 << 10;
/// How much is dropped of what a client sends to a connection that ends.
constexpr size_t dropLimit = 4 << 20;
/// A piece of this size is read straight into the body.
constexpr size_t directSize = 16 << 10;
/// A connection that always has more must let others have their turn.
constexpr int turns = 16;
}  // namespace

bool Connection::wantsInput() const {
    if (hasEOF || awaitsBudget) return false;
    switch (state) {
    case State::handshake:
    case State::closed: return false;
    case State::handling:
    case State::answering: return input.size() < pipelineLimit;
    default: return true;
    }
}

void Connection::awaitInput() {
    if (isReading || !wantsInput()) return;
    isReading = true;
    if (tls) {
        secureInput.resize(16 << 10);
        tls->async_read_some(
            net::buffer(secureInput),
            [self = shared_from_this()](boost::system::error_code error, size_t count) {
                self->isReading = false;
                if (self->state == State::closed) return;
                self->loop.tick();
                if (error) return self->inputEnded();
                self->guard([&] {
                    self->take(self->secureInput.data(), count);
                    self->awaitInput();
                });
            });
    } else {
        socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
            self->isReading = false;
            if (self->state == State::closed) return;
            self->loop.tick();
            if (error) return self->close();
            self->guard([&] { self->readInput(); });
        });
    }
}

void Connection::readInput() {
    for (int turn = 0; turn < turns && wantsInput(); turn++) {
        char *place = loop.buffer.data();
        size_t room = loop.buffer.size();
        bool isDirect = state == State::body && input.empty() && parser && !parser->chunked() && bodyRest() >= directSize;
        if (isDirect) {
            if (!claim(std::min(bodyRest(), claimStep))) return;
            room = static_cast<size_t>(std::min<uint64_t>({bodyRest(), claimed - body.count, claimStep}));
            body.reserve(room, parser->length);
            place = body.base + body.count;
        }
        ssize_t count = recv(socket.native_handle(), place, room, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (count < 0) return close();
        if (count == 0) return inputEnded();
        take(place, static_cast<size_t>(count));
        if (static_cast<size_t>(count) < room && !isDirect) break;
    }
    awaitInput();
}

void Connection::take(const char *bytes, size_t count) {
    switch (state) {
    case State::lingering:
        dropped += count;
        if (dropped > dropLimit) close();
        return;
    case State::handling:
    case State::answering: input.append(bytes, count); return;
    case State::handshake:
    case State::closed: return;
    default: break;
    }
    auto kept = shared_from_this();
    if (!input.empty()) {
        input.append(bytes, count);
        return goOn();
    }
    isConsuming = true;
    size_t used = consume({bytes, count});
    isConsuming = false;
    if (state == State::closed || state == State::lingering) return;
    if (used < count) input.assign(bytes + used, count - used);
    if (state == State::idle && input.empty() && loop.isDraining()) close();
}

void Connection::goOn() {
    if (isConsuming) return;
    auto kept = shared_from_this();
    if (!input.empty() && (state == State::idle || state == State::head || state == State::body)) {
        isConsuming = true;
        size_t used = consume(input);
        isConsuming = false;
        if (state == State::closed) return;
        // A connection that ends needs none of it, and one that rests should not hold the memory.
        if (used >= input.size() || state == State::lingering) {
            std::string().swap(input);
        } else {
            input.erase(0, used);
        }
    }
    if (state == State::idle && input.empty() && loop.isDraining()) return close();
    bool isUnfinished = state == State::idle || state == State::head || (state == State::body && !awaitsBudget);
    if (hasEOF && isUnfinished) return close();
    awaitInput();
}

void Connection::inputEnded() {
    // Whole requests that came before the end are still served.
    hasEOF = true;
    switch (state) {
    case State::handling:
        // It may only have closed its side: an answer is still sent, when the handler gives one all the same.
        if (exchange) loop.server.callbacks.event(exchange, CL_HTTP_GONE, 0);
        return;
    case State::answering:
        if (isStream && !hasEnded) return close();
        return;
    default: return close();
    }
}

}  // namespace cartload
