// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/CHTTP.h"

#include <cstdio>
#include <memory>

#include "Connection.hpp"
#include "Loop.hpp"
#include "ResponseHead.hpp"
#include "Server.hpp"

using namespace cartload;

struct cl_http_server {
    std::shared_ptr<Server> server;
};

namespace {

void say(const std::string &words, char *message, size_t capacity) {
    if (capacity > 0) std::snprintf(message, capacity, "%s", words.c_str());
}

/// Memory that is not there ends a program as any other allocation of its would.
template <class Body> void withoutExceptions(Body body) noexcept { body(); }

void post(cl_http_server *handle, Command &&command) {
    withoutExceptions([&] {
        if (Loop *loop = handle->server->loop(command.id)) loop->post(std::move(command));
    });
}

}  // namespace

cl_http_failure cl_http_open(
    const cl_http_options *options, const cl_http_callbacks *callbacks, void *context, cl_http_server **handle,
    char *message, size_t capacity) {
    *handle = nullptr;
    try {
        auto server = std::make_shared<Server>(*options, *callbacks, context);
        std::string words;
        cl_http_failure failure = server->open(words);
        if (failure != CL_HTTP_OK) {
            say(words, message, capacity);
            return failure;
        }
        *handle = new cl_http_server{std::move(server)};
        return CL_HTTP_OK;
    } catch (const std::exception &error) {
        say(error.what(), message, capacity);
        return CL_HTTP_SYSTEM;
    }
}

cl_http_failure cl_http_run(cl_http_server *handle, char *message, size_t capacity) {
    try {
        std::string words;
        cl_http_failure failure = handle->server->run(words);
        if (failure != CL_HTTP_OK) say(words, message, capacity);
        return failure;
    } catch (const std::exception &error) {
        say(error.what(), message, capacity);
        return CL_HTTP_SYSTEM;
    }
}

uint16_t cl_http_port(const cl_http_server *handle) { return handle->server->port(); }

uint32_t cl_http_connections(const cl_http_server *handle) { return handle->server->connections.load(); }

size_t cl_http_address(const cl_http_server *handle, char *text, size_t capacity) {
    size_t count = 0;
    withoutExceptions([&] {
        std::string address = handle->server->address();
        say(address, text, capacity);
        count = address.size();
    });
    return count;
}

int cl_http_respond(cl_http_server *handle, uint64_t id, const cl_http_response *response) {
    int isSent = 0;
    withoutExceptions([&] {
        Command command{Command::Kind::respond, id, Outgoing()};
        command.outgoing.text.reserve(256);
        if (!ResponseHead::write(command.outgoing.text, *response)) return;
        command.outgoing.pieces.reserve(response->piece_count);
        for (size_t index = 0; index < response->piece_count; index++) {
            const cl_http_piece &piece = response->pieces[index];
            if (piece.count > 0) command.outgoing.pieces.push_back({const_cast<void *>(piece.bytes), piece.count});
        }
        command.outgoing.holder = response->holder;
        command.outgoing.release = handle->server->callbacks.release;
        command.status = response->status;
        command.isStream = response->is_stream != 0;
        command.closes = response->closes != 0;
        post(handle, std::move(command));
        isSent = 1;
    });
    return isSent;
}

void cl_http_stream_write(cl_http_server *handle, uint64_t id, const void *bytes, size_t count, void *holder) {
    withoutExceptions([&] {
        Command command{Command::Kind::write, id, Outgoing()};
        command.outgoing.holder = holder;
        command.outgoing.release = handle->server->callbacks.release;
        if (count == 0) return;
        command.outgoing.pieces.push_back({const_cast<void *>(bytes), count});
        command.outgoing.counted = count;
        post(handle, std::move(command));
    });
}

void cl_http_stream_end(cl_http_server *handle, uint64_t id, int isWhole) {
    post(handle, Command{isWhole ? Command::Kind::endWhole : Command::Kind::endCut, id, Outgoing()});
}

cl_http_failure cl_http_reload(cl_http_server *handle, char *message, size_t capacity) {
    try {
        std::string words;
        if (!handle->server->certificate.isWanted() || handle->server->certificate.load(words)) return CL_HTTP_OK;
        say(words, message, capacity);
        return CL_HTTP_BAD_CERTIFICATE;
    } catch (const std::exception &error) {
        say(error.what(), message, capacity);
        return CL_HTTP_SYSTEM;
    }
}

void cl_http_drain(cl_http_server *handle, uint64_t within) {
    withoutExceptions([&] { handle->server->drain(within); });
}

void cl_http_free(cl_http_server *handle) { delete handle; }
