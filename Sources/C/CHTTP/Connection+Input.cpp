// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/socket.h>
#include <time.h>

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
/// How much of the budget a body claims ahead.
constexpr uint64_t claimStep = 1 << 20;
/// A piece of this size is read straight into the body.
constexpr size_t directSize = 16 << 10;
/// A connection that always has more must let others have their turn.
constexpr int turns = 16;

uint64_t nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}
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
    awaitInput();
}

size_t Connection::consume(std::string_view data) {
    std::string_view rest = data;
    while (!rest.empty()) {
        if (state == State::idle) {
            state = State::head;
            scan.reset();
            isFirstByte = true;
            setDeadline(loop.server.options.header_ms);
        }
        if (state == State::head) {
            // One empty line before a request is an old client's mistake that everybody forgives.
            if (isFirstByte && rest[0] == '\r') {
                if (rest.size() < 2) break;
                if (rest[1] == '\n') rest.remove_prefix(2);
                isFirstByte = false;
                continue;
            }
            isFirstByte = false;
            auto result = scan.scan(rest.data(), rest.size());
            size_t limit = loop.server.options.maximum_header_bytes;
            if (result == HeadScan::Result::bad) {
                refuse(400);
            } else if ((result == HeadScan::Result::whole ? scan.size : rest.size()) > limit) {
                refuse(431);
            } else if (result == HeadScan::Result::more) {
                break;
            } else {
                std::string_view text = rest.substr(0, scan.size);
                rest.remove_prefix(scan.size);
                if (begin(text) && parser->is_done()) dispatch();
            }
        } else if (state == State::body) {
            if (!takeBody(rest)) break;
        } else {
            break;
        }
    }
    return data.size() - rest.size();
}

bool Connection::begin(std::string_view text) {
    parser.emplace(text.data(), body, loop.fields, loop.server.options.maximum_header_bytes + 1024);
    ErrorCode error;
    parser->put(net::const_buffer(text.data(), text.size()), error);
    if (error && error != http::error::need_more) {
        refuse(error == http::error::bad_version ? 505 : error == http::error::header_limit ? 431 : 400);
        return false;
    }
    if (!parser->is_header_done()) {
        refuse(400);
        return false;
    }
    // A folded value would be elsewhere than in the text; the scan lets none through.
    unsigned refusal = parser->refusal();
    if (refusal == 0 && parser->length > loop.server.options.maximum_body_bytes) refusal = 413;
    if (refusal) {
        refuse(refusal);
        return false;
    }
    keepsAlive = parser->keep_alive() && !loop.isDraining();
    isOld = parser->minorVersion == 0;
    isHead = parser->method == "HEAD";
    headTime = nanoseconds();

    fieldCount = loop.fields.size();
    fieldsOffset = (text.size() + peer.size() + 7) & ~size_t(7);
    headCount = text.size() + peer.size();
    size_t total = fieldsOffset + fieldCount * sizeof(cl_http_field);
    std::free(std::exchange(head, nullptr));
    head = static_cast<char *>(std::malloc(total + CL_HTTP_PADDING));
    if (!head) throw std::bad_alloc();
    std::memcpy(head, text.data(), text.size());
    std::memcpy(head + text.size(), peer.data(), peer.size());
    std::memcpy(head + fieldsOffset, loop.fields.data(), fieldCount * sizeof(cl_http_field));
    std::memset(head + total, 0, CL_HTTP_PADDING);
    auto span = [&](string_view part) {
        return cl_http_span{static_cast<uint32_t>(part.data() - text.data()), static_cast<uint32_t>(part.size())};
    };
    method = span(parser->method);
    target = span(parser->target);
    peerSpan = {static_cast<uint32_t>(text.size()), static_cast<uint32_t>(peer.size())};

    if (parser->is_done()) return true;
    state = State::body;
    setDeadline(loop.server.options.body_ms);
    if (parser->chunked()) parser->body_limit(loop.server.options.maximum_body_bytes);
    if (parser->expectations > 0 && !isOld) {
        Outgoing outgoing;
        outgoing.text = "HTTP/1.1 100 Continue\r\n\r\n";
        outgoing.measure();
        output.push_back(std::move(outgoing));
        flush();
    }
    return state == State::body;
}

uint64_t Connection::bodyRest() const { return parser->length - body.count; }

/// Makes sure that the next bytes of the body have their part of the budget; false when it must wait its turn.
bool Connection::claim(uint64_t wanted) {
    if (claimed >= body.count + wanted || (claimed > body.count && !parser->chunked())) return true;
    uint64_t amount = parser->chunked() ? std::max(claimStep / 4, wanted) : std::min(parser->length - claimed, claimStep);
    if (!hasPass) {
        budgetID = id;
        switch (loop.server.budget.take(&loop, id, amount)) {
        case BodyBudget::Answer::granted: shared += amount; break;
        case BodyBudget::Answer::pass: hasPass = true; break;
        case BodyBudget::Answer::wait:
            awaitsBudget = true;
            // The client is not slow, we are: its time stands still.
            restOfDeadline = static_cast<uint32_t>(deadline > loop.now() ? deadline - loop.now() : 1);
            deadline = 0;
            return false;
        }
    }
    claimed += amount;
    return true;
}

/// Gives the parser what it may have; false when more input or budget is needed.
bool Connection::takeBody(std::string_view &rest) {
    bool isChunked = parser->chunked();
    // Chunks: what is fed may all be body, and framing must fit in one piece.
    if (!claim(isChunked ? 2 * RequestParser::framingLimit : std::min<uint64_t>(rest.size(), bodyRest()))) return false;
    size_t fed = static_cast<size_t>(std::min<uint64_t>(rest.size(), claimed - body.count));
    ErrorCode error;
    size_t used = parser->put(net::const_buffer(rest.data(), fed), error);
    rest.remove_prefix(used);
    if (error && error != http::error::need_more) {
        refuse(error == http::error::body_limit ? 413 : 400);
        return true;
    }
    if (parser->is_done()) {
        dispatch();
        return true;
    }
    if (used == 0 && rest.size() > RequestParser::framingLimit) {
        refuse(400);
        return true;
    }
    return used > 0;
}

void Connection::inputEnded() {
    hasEOF = true;
    keepsAlive = false;
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

void Connection::dispatch() {
    state = State::handling;
    deadline = 0;
    cl_http_request request{};
    request.id = id = loop.renew(id);
    request.head = std::exchange(head, nullptr);
    request.head_count = headCount;
    request.fields_offset = fieldsOffset;
    request.field_count = fieldCount;
    request.method = method;
    request.target = target;
    request.peer = peerSpan;
    request.body_count = body.count;
    request.body = body.release();
    request.age_ns = nanoseconds() - headTime;
    request.is_secure = tls != nullptr;
    request.is_head = isHead;
    parser.reset();
    answerBytes = 0;
    isStream = hasEnded = isChunked = false;
    isDispatching = true;
    exchange = loop.server.callbacks.request(loop.server.context, &request);
    isDispatching = false;
    if (state == State::answering) flush();
}

}  // namespace cartload
