// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <time.h>

#include <algorithm>

#include "Connection.hpp"
#include "Server.hpp"

namespace cartload {

namespace {
uint64_t nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}
}  // namespace

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
        // Another version is no 505: what a client gets wrong is never the server's failure.
        refuse(error == http::error::header_limit ? 431 : 400);
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
    // As much again as has come, so that a length that is only claimed takes little from the others.
    uint64_t amount = std::clamp<uint64_t>(claimed, claimStep / 16, claimStep);
    amount = parser->chunked() ? std::max(amount, wanted) : std::min(parser->length - claimed, amount);
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
    if (hasEOF && exchange) loop.server.callbacks.event(exchange, CL_HTTP_GONE, 0);
    if (state == State::answering) flush();
}

}  // namespace cartload
