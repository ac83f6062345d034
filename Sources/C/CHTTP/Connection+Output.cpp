// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/socket.h>

#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstdio>

#include "Connection.hpp"
#include "ResponseHead.hpp"
#include "Server.hpp"

namespace cartload {

namespace {
/// So much must be taken, or all there is, for the deadline of writing to begin anew: no single byte moves it.
constexpr size_t progressStep = 64 << 10;
/// How long a connection that ends waits for its client to close.
constexpr uint32_t lingerTime = 2000;
constexpr size_t secureStep = 16 << 10;
constexpr size_t largestVector = 64;
}  // namespace

void Connection::respond(Command &command) {
    if (state != State::handling) return;
    state = State::answering;
    isStream = command.isStream;
    hasEnded = !isStream;
    if (command.closes || loop.isDraining() || (hasEOF && input.empty())) keepsAlive = false;
    Outgoing &outgoing = command.outgoing;
    bool hasBody = command.status != 204 && command.status != 304;
    outgoing.measure();
    size_t length = outgoing.total - outgoing.text.size();
    outgoing.text.append(loop.date());
    if (hasBody && !isStream) {
        outgoing.text.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
    } else if (hasBody && isStream) {
        isChunked = !isOld;
        if (isChunked) {
            outgoing.text.append("Transfer-Encoding: chunked\r\n");
        } else {
            keepsAlive = false;
        }
    }
    if (!keepsAlive) {
        outgoing.text.append("Connection: close\r\n");
    } else if (isOld) {
        outgoing.text.append("Connection: keep-alive\r\n");
    }
    outgoing.text.append("\r\n");
    if (isHead || !hasBody) outgoing.pieces.clear();
    if (isStream && (isHead || !hasBody)) hasEnded = true;
    outgoing.measure();
    output.push_back(std::move(outgoing));
    // The request is over for the budget: what its body was is its handler's now.
    releaseBudget();
    if (!isDispatching) flush();
}

void Connection::append(Command &command) {
    if (state != State::answering || !isStream || hasEnded) {
        if (exchange && state == State::answering)
            loop.server.callbacks.event(exchange, CL_HTTP_WRITTEN, command.outgoing.counted);
        return;
    }
    Outgoing &outgoing = command.outgoing;
    if (isChunked) {
        char line[24];
        outgoing.text.assign(line, static_cast<size_t>(std::snprintf(line, sizeof line, "%zx\r\n", outgoing.counted)));
        outgoing.end = "\r\n";
        outgoing.endCount = 2;
    }
    outgoing.measure();
    output.push_back(std::move(outgoing));
    flush();
}

void Connection::endStream(bool isWhole) {
    if (state == State::handling || (state == State::answering && isStream && !isWhole)) return cut();
    if (state != State::answering || !isStream || hasEnded) return;
    hasEnded = true;
    if (isChunked) {
        Outgoing outgoing;
        outgoing.end = "0\r\n\r\n";
        outgoing.endCount = 5;
        outgoing.measure();
        output.push_back(std::move(outgoing));
    }
    flush();
}

void Connection::flush() {
    if (isWriting || state == State::closed) return;
    if (!output.empty()) {
        if (deadline == 0 && state == State::answering) {
            setDeadline(loop.server.options.write_ms);
            progress = 0;
        }
        if (tls) return flushSecure();
        flushPlain();
        if (state == State::closed || isWriting) return;
    }
    finishIfWritten();
}

void Connection::flushPlain() {
    while (!output.empty()) {
        iovec parts[largestVector];
        size_t count = 0, bytes = 0;
        for (const Outgoing &outgoing : output) {
            bool hasRoom = outgoing.each([&](const char *start, size_t size) {
                if (count == largestVector) return false;
                parts[count++] = {const_cast<char *>(start), size};
                bytes += size;
                return true;
            });
            if (!hasRoom || count == largestVector) break;
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        ssize_t sent = count == 0 ? 0 : sendmsg(socket.native_handle(), &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return awaitOutput();
        if (sent < 0) return close();
        wrote(static_cast<size_t>(sent));
        if (state == State::closed) return;
    }
}

void Connection::awaitOutput() {
    isWriting = true;
    socket.async_wait(tcp::socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
        self->isWriting = false;
        if (self->state == State::closed) return;
        self->loop.tick();
        if (error) return self->close();
        self->guard([&] { self->flush(); });
    });
}

void Connection::flushSecure() {
    // One record at a time, of pieces put together: a record of its own for a head would cost more than the copy.
    secureOutput.clear();
    for (const Outgoing &outgoing : output) {
        bool hasRoom = outgoing.each([&](const char *start, size_t size) {
            secureOutput.append(start, std::min(size, secureStep - secureOutput.size()));
            return secureOutput.size() < secureStep;
        });
        if (!hasRoom) break;
    }
    isWriting = true;
    net::async_write(
        *tls, net::buffer(secureOutput), [self = shared_from_this()](boost::system::error_code error, size_t count) {
            self->isWriting = false;
            if (self->state == State::closed) return;
            self->loop.tick();
            if (error) return self->close();
            self->guard([&] {
                self->wrote(count);
                self->flush();
            });
        });
}

void Connection::wrote(size_t count) {
    if (state == State::answering) answerBytes += count;
    progress += count;
    size_t counted = 0;
    while (!output.empty()) {
        Outgoing &first = output.front();
        size_t part = std::min(count, first.total - first.sent);
        first.sent += part;
        count -= part;
        if (first.sent < first.total) break;
        counted += first.counted;
        output.pop_front();
    }
    if (state == State::answering) {
        if (output.empty()) {
            deadline = 0;
        } else if (progress >= progressStep) {
            setDeadline(loop.server.options.write_ms);
            progress = 0;
        }
    }
    if (counted > 0 && exchange) loop.server.callbacks.event(exchange, CL_HTTP_WRITTEN, counted);
}

void Connection::finishIfWritten() {
    if (state == State::answering && hasEnded && output.empty()) finish();
}

void Connection::finish() {
    if (void *last = std::exchange(exchange, nullptr)) loop.server.callbacks.event(last, CL_HTTP_DONE, answerBytes);
    id = loop.renew(id);
    if (!keepsAlive) return linger();
    state = State::idle;
    setDeadline(loop.server.options.idle_ms);
    if (!isConsuming) goOn();
}

/// Ends the connection. While there is input that nobody has read, closing would reset it and take back the answer.
void Connection::linger() {
    output.clear();
    std::string().swap(input);
    parser.reset();
    if (hasEOF) return close();
    state = State::lingering;
    setDeadline(lingerTime);
    if (tls) {
        isWriting = true;
        return tls->async_shutdown([self = shared_from_this()](boost::system::error_code) { self->close(); });
    }
    boost::system::error_code error;
    socket.shutdown(tcp::socket::shutdown_send, error);
    if (error) return close();
    if (!isConsuming) awaitInput();
}

/// Answers what cannot be understood, or is too much, and ends the connection.
void Connection::refuse(unsigned status) {
    releaseBudget();
    body.reset();
    parser.reset();
    std::free(std::exchange(head, nullptr));
    deadline = 0;
    id = loop.renew(id);
    state = State::answering;
    keepsAlive = false;
    isStream = false;
    hasEnded = true;
    Outgoing outgoing;
    ResponseHead::start(outgoing.text, static_cast<int>(status));
    outgoing.text.append(loop.date()).append(loop.server.refusal(status));
    outgoing.measure();
    output.push_back(std::move(outgoing));
    flush();
}

}  // namespace cartload
