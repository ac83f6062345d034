// SPDX-License-Identifier: Apache-2.0
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Loop.hpp"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>

#include "Connection.hpp"
#include "Server.hpp"

namespace cartload {

namespace {
thread_local Loop *current = nullptr;
constexpr auto sweepInterval = std::chrono::milliseconds(100);
constexpr size_t bufferSize = 64 << 10;
}  // namespace

Loop::Loop(Server &server, uint8_t index)
    : server(server), buffer(bufferSize), index(index), work(net::make_work_guard(io)), timer(io) {
    tick();
    writeDate();
}

Loop::~Loop() { join(); }

void Loop::start(std::shared_ptr<Server> owner) {
    // Signals are the main program's business: the thread inherits the mask of this moment.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread = std::thread([this, owner = std::move(owner)] { run(); });
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Loop::join() {
    if (!thread.joinable()) return;
    if (thread.get_id() == std::this_thread::get_id()) {
        thread.detach();
    } else {
        thread.join();
    }
}

void Loop::run() {
    pthread_setname_np(pthread_self(), "cartload-http");
    current = this;
    net::post(io, [this] { sweep(); });
    while (true) {
        try {
            io.run();
            break;
        } catch (...) {
            // Nothing is known to come here; a connection's own exceptions close it alone. The others go on.
        }
    }
    current = nullptr;
    server.loopEnded();
}

void Loop::tick() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    clock = static_cast<uint64_t>(time.tv_sec) * 1000 + static_cast<uint64_t>(time.tv_nsec) / 1000000;
}

void Loop::writeDate() {
    timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    if (time.tv_sec == dateSecond) return;
    dateSecond = time.tv_sec;
    tm parts;
    gmtime_r(&time.tv_sec, &parts);
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char line[96];
    // Not strftime: the words are English in every locale.
    int size = std::snprintf(
        line, sizeof line, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", days + 3 * parts.tm_wday, parts.tm_mday,
        months + 3 * parts.tm_mon, parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    dateLine.assign(line, static_cast<size_t>(size));
}

void Loop::sweep() {
    if (hasEnded) return;
    tick();
    writeDate();
    bool isOver = draining && clock >= drainDeadline;
    for (size_t place = 0; place < slots.size(); place++) {
        auto connection = slots[place].connection;
        if (!connection) continue;
        if (isOver) {
            connection->close();
        } else {
            connection->guard([&] { connection->checkDeadline(); });
        }
    }
    endWhenEmpty();
    if (hasEnded) return;
    timer.expires_after(sweepInterval);
    timer.async_wait([this](boost::system::error_code error) {
        if (!error) sweep();
    });
}

void Loop::endWhenEmpty() {
    if (!draining || hasEnded || count.load(std::memory_order_relaxed) > 0) return;
    hasEnded = true;
    timer.cancel();
    work.reset();
}

void Loop::drain(uint64_t deadline) {
    tick();
    drainDeadline = draining ? std::min(drainDeadline, deadline) : deadline;
    draining = true;
    for (size_t place = 0; place < slots.size(); place++) {
        auto connection = slots[place].connection;
        if (!connection) continue;
        connection->guard([&] { connection->closeIfIdle(); });
    }
    endWhenEmpty();
}

void Loop::adopt(tcp::socket &&socket) {
    tick();
    if (hasEnded) {
        count--;
        return server.connectionEnded();
    }
    try {
        auto connection = std::make_shared<Connection>(*this, std::move(socket));
        connection->enter();
        connection->guard([&] {
            connection->start();
            if (draining) connection->closeIfIdle();
        });
    } catch (...) {
        // There was no memory for it.
        count--;
        server.connectionEnded();
    }
}

void Loop::post(Command &&command, bool waits) {
    if (current == this && !waits) return execute(command);
    std::lock_guard lock(mutex);
    commands.push_back(std::move(command));
    // One wake-up for all that come until the loop looks.
    if (commands.size() == 1) net::post(io, [this] { takeCommands(); });
}

void Loop::takeCommands() {
    {
        std::lock_guard lock(mutex);
        taken.swap(commands);
    }
    tick();
    for (Command &command : taken) execute(command);
    taken.clear();
}

void Loop::execute(Command &command) {
    auto connection = find(command.id);
    if (!connection) {
        if (command.kind == Command::Kind::grant) server.give(command.id, command.amount, false);
        if (command.kind == Command::Kind::pass) server.give(command.id, 0, false);
        return;
    }
    connection->guard([&] { connection->execute(command); });
}

uint64_t Loop::enter(std::shared_ptr<Connection> connection) {
    uint32_t place;
    if (freeSlots.empty()) {
        place = static_cast<uint32_t>(slots.size());
        slots.emplace_back();
    } else {
        place = freeSlots.back();
        freeSlots.pop_back();
    }
    slots[place].connection = std::move(connection);
    return static_cast<uint64_t>(index) << 56 | static_cast<uint64_t>(place) << 32 | slots[place].generation;
}

uint64_t Loop::renew(uint64_t id) {
    Slot &slot = slots[id >> 32 & 0xffffff];
    // Never 0, so that no id is.
    if (++slot.generation == 0) slot.generation = 1;
    return (id & ~uint64_t(0xffffffff)) | slot.generation;
}

void Loop::leave(uint64_t id) {
    renew(id);
    uint32_t place = id >> 32 & 0xffffff;
    freeSlots.push_back(place);
    auto last = std::move(slots[place].connection);
    count--;
    server.connectionEnded();
    endWhenEmpty();
}

std::shared_ptr<Connection> Loop::find(uint64_t id) {
    size_t place = id >> 32 & 0xffffff;
    if (place >= slots.size() || slots[place].generation != static_cast<uint32_t>(id)) return nullptr;
    return slots[place].connection;
}

}  // namespace cartload
