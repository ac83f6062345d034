// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/uio.h>

#include <string>
#include <utility>
#include <vector>

#include "include/CHTTP.h"

namespace cartload {

/// Bytes on their way out: a text of ours, then pieces of somebody who is told when they are needed no more.
struct Outgoing {
    std::string text;
    std::vector<iovec> pieces;
    /// What follows the pieces; a literal.
    const char *end = "";
    size_t endCount = 0;
    void *holder = nullptr;
    void (*release)(void *) = nullptr;
    /// Bytes of a stream that its writer counts.
    size_t counted = 0;
    size_t sent = 0;
    size_t total = 0;

    Outgoing() = default;
    Outgoing(Outgoing &&other) noexcept
        : text(std::move(other.text)), pieces(std::move(other.pieces)), end(other.end), endCount(other.endCount),
          holder(std::exchange(other.holder, nullptr)), release(other.release), counted(other.counted), sent(other.sent),
          total(other.total) {}
    Outgoing &operator=(Outgoing &&) = delete;
    ~Outgoing() {
        if (holder) release(holder);
    }

    void measure() {
        total = text.size() + endCount;
        for (const iovec &piece : pieces) total += piece.iov_len;
    }

    /// Calls `visit` with each part that has not been sent, until it says that it has enough.
    template <class Visit> bool each(Visit visit) const {
        size_t skipped = sent;
        auto part = [&](const void *bytes, size_t count) {
            if (skipped >= count) {
                skipped -= count;
                return true;
            }
            bool goesOn = visit(static_cast<const char *>(bytes) + skipped, count - skipped);
            skipped = 0;
            return goesOn;
        };
        if (!part(text.data(), text.size())) return false;
        for (const iovec &piece : pieces)
            if (!part(piece.iov_base, piece.iov_len)) return false;
        return part(end, endCount);
    }
};

}  // namespace cartload
