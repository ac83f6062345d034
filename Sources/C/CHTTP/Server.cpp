// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "Connection.hpp"
#include "Loop.hpp"

namespace cartload {

namespace {
/// How long accepting rests when the process or the system has no more descriptors.
constexpr auto exhaustedPause = std::chrono::milliseconds(100);
}  // namespace

Server::Server(const cl_http_options &options, const cl_http_callbacks &callbacks, void *context)
    : options(options), callbacks(callbacks), context(context), certificate(options.certificate, options.private_key),
      budget(options.body_budget, options.maximum_body_bytes), host(options.host) {
    for (size_t index = 0; index < options.refusal_count; index++) {
        const cl_http_refusal &refusal = options.refusals[index];
        std::string &rest = refusals[static_cast<unsigned>(refusal.status)];
        rest.append("Content-Type: ").append(options.refusal_type);
        rest.append("\r\nContent-Length: ").append(std::to_string(refusal.count));
        rest.append("\r\nConnection: close\r\n\r\n").append(refusal.text, refusal.count);
    }
}

const std::string &Server::refusal(unsigned status) const {
    static const std::string none = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    auto found = refusals.find(status);
    return found == refusals.end() ? none : found->second;
}

Server::~Server() {
    closeAcceptor();
}

cl_http_failure Server::open(std::string &message) {
    if (certificate.isWanted() && !certificate.load(message)) return CL_HTTP_BAD_CERTIFICATE;
    for (uint16_t index = 0; index < options.loops; index++)
        loops.push_back(std::make_unique<Loop>(*this, static_cast<uint8_t>(index)));
    boost::system::error_code error;
    tcp::resolver resolver(loops[0]->io);
    auto found = resolver.resolve(host, std::to_string(options.port), tcp::resolver::passive, error);
    if (error || found.empty()) {
        message = error.message();
        return CL_HTTP_BAD_ADDRESS;
    }
    tcp::endpoint wanted = found.begin()->endpoint();
    acceptor.emplace(loops[0]->io);
    pause.emplace(loops[0]->io);
    acceptor->open(wanted.protocol(), error);
    if (!error) fcntl(acceptor->native_handle(), F_SETFD, FD_CLOEXEC);
    if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor->bind(wanted, error);
    if (!error) acceptor->listen(static_cast<int>(options.backlog), error);
    if (!error) acceptor->non_blocking(true, error);
    if (!error) endpoint = acceptor->local_endpoint(error);
    if (error) {
        message = error.message();
        if (error.value() == EADDRINUSE) return CL_HTTP_IN_USE;
        if (error.value() == EACCES) return CL_HTTP_NOT_ALLOWED;
        return error.value() == EADDRNOTAVAIL ? CL_HTTP_BAD_ADDRESS : CL_HTTP_SYSTEM;
    }
    net::post(loops[0]->io, [this] { accept(); });
    return CL_HTTP_OK;
}

cl_http_failure Server::run(std::string &message) {
    running = static_cast<uint32_t>(loops.size());
    size_t started = 0;
    try {
        for (; started < loops.size(); started++) loops[started]->start(shared_from_this());
    } catch (const std::exception &failure) {
        message = failure.what();
        // Those that run are told to end; `stopped` is not called for a server that never was.
        running = UINT32_MAX;
        for (size_t index = 0; index < started; index++) loops[index]->io.stop();
        for (size_t index = 0; index < started; index++) loops[index]->join();
        return CL_HTTP_SYSTEM;
    }
    return CL_HTTP_OK;
}

Loop *Server::quietest() const {
    Loop *best = loops[0].get();
    for (const auto &loop : loops)
        if (loop->count.load(std::memory_order_relaxed) < best->count.load(std::memory_order_relaxed)) best = loop.get();
    return best;
}

void Server::accept() {
    if (isAccepting || !acceptor || !acceptor->is_open()) return;
    if (connections.load() >= options.maximum_connections) {
        // The rest waits in the kernel's queue until one of ours ends.
        isFull = true;
        if (connections.load() >= options.maximum_connections || !isFull.exchange(false)) return;
    }
    isAccepting = true;
    Loop *target = quietest();
    acceptor->async_accept(target->io, [this, target](boost::system::error_code error, tcp::socket socket) {
        isAccepting = false;
        accepted(error, std::move(socket), target);
    });
}

void Server::accepted(boost::system::error_code error, tcp::socket socket, Loop *target) {
    if (!error) {
        connections++;
        target->count++;
        if (target == loops[0].get()) {
            target->adopt(std::move(socket));
        } else {
            net::post(target->io, [target, socket = std::move(socket)]() mutable { target->adopt(std::move(socket)); });
        }
        return accept();
    }
    if (!acceptor->is_open()) return;
    int number = error.value();
    if (number != ECONNABORTED && number != EPROTO && number != EAGAIN && number != EPERM) {
        pause->expires_after(exhaustedPause);
        pause->async_wait([this](boost::system::error_code cancelled) {
            if (!cancelled) accept();
        });
        return;
    }
    accept();
}

void Server::stopAccepting() {
    if (!acceptor || !acceptor->is_open()) return;
    boost::system::error_code error;
    while (connections.load() < options.maximum_connections) {
        Loop *target = quietest();
        tcp::socket socket(target->io);
        acceptor->accept(socket, error);
        if (error) break;
        accepted(error, std::move(socket), target);
    }
    closeAcceptor();
    pause->cancel();
}

void Server::closeAcceptor() {
    if (!acceptor || !acceptor->is_open()) return;
    // A child that another thread starts has the same socket until it runs its program, so closing is not enough.
    ::shutdown(acceptor->native_handle(), SHUT_RDWR);
    boost::system::error_code error;
    acceptor->close(error);
}

void Server::connectionEnded() {
    connections--;
    if (isFull.load() && isFull.exchange(false)) net::post(loops[0]->io, [this] { accept(); });
}

void Server::drain(uint64_t within) {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t deadline = static_cast<uint64_t>(time.tv_sec) * 1000 + static_cast<uint64_t>(time.tv_nsec) / 1000000 + within;
    // The other loops hear of it after the last connection that they are given.
    net::post(loops[0]->io, [this, deadline] {
        stopAccepting();
        for (size_t index = 1; index < loops.size(); index++) {
            Loop *loop = loops[index].get();
            net::post(loop->io, [loop, deadline] { loop->drain(deadline); });
        }
        loops[0]->drain(deadline);
    });
}

void Server::loopEnded() {
    if (--running == 0) callbacks.stopped(context);
}

Loop *Server::loop(uint64_t id) const {
    size_t index = id >> 56;
    return index < loops.size() ? loops[index].get() : nullptr;
}

void Server::give(uint64_t id, uint64_t amount, bool isWaiting) {
    for (auto &[waiter, isPass] : budget.give(id, amount, isWaiting)) {
        Command command{isPass ? Command::Kind::pass : Command::Kind::grant, waiter.id, Outgoing()};
        command.amount = waiter.amount;
        // Not within this call: whoever gives may be in the middle of something, and grants would nest.
        waiter.loop->post(std::move(command), true);
    }
}

std::string Server::address() const {
    return endpoint.address().to_string();
}

}  // namespace cartload
