// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "include/CHTTP.h"

namespace cartload {

/// A request's body as it comes in: memory from malloc that is handed over without a copy.
struct Body {
    char *base = nullptr;
    size_t count = 0;
    size_t capacity = 0;

    Body() = default;
    Body(const Body &) = delete;
    Body &operator=(const Body &) = delete;
    ~Body() { reset(); }

    void reset() {
        std::free(base);
        base = nullptr;
        count = capacity = 0;
    }

    /// Makes room for `extra` more bytes; `whole` is how many there will be, when that is known. A length that is only
    /// claimed makes no large allocation.
    void reserve(size_t extra, uint64_t whole) {
        if (capacity - count >= extra) return;
        size_t room = std::max(capacity * 2, count + extra);
        if (whole > 0) {
            size_t first = std::min<uint64_t>(whole, 1 << 20);
            room = static_cast<size_t>(std::min<uint64_t>(std::max(room, first), std::max<uint64_t>(whole, count + extra)));
        }
        auto memory = static_cast<char *>(std::realloc(base, room + CL_HTTP_PADDING));
        if (!memory) throw std::bad_alloc();
        base = memory;
        capacity = room;
    }

    void append(const char *bytes, size_t size, uint64_t whole) {
        // What was read straight into its place needs no copy.
        if (base && bytes == base + count) {
            count += size;
            return;
        }
        reserve(size, whole);
        std::memcpy(base + count, bytes, size);
        count += size;
    }

    char *release() {
        if (!base) return nullptr;
        // Half-empty memory is not carried along.
        if (capacity - count > count) {
            if (auto memory = static_cast<char *>(std::realloc(base, count + CL_HTTP_PADDING))) base = memory;
        }
        std::memset(base + count, 0, CL_HTTP_PADDING);
        char *memory = base;
        base = nullptr;
        count = capacity = 0;
        return memory;
    }
};

}  // namespace cartload
