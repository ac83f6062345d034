// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_LINESCAN_HPP
#define CARTLOAD_LINESCAN_HPP
#include "Scanner.hpp"

namespace cartload {

/// Offset of the first byte that is not UTF-8.
inline uint32_t firstInvalidUTF8(const uint8_t *s, size_t length) {
    size_t i = 0;
    while (i < length) {
        uint8_t c = s[i];
        size_t extra = c < 0x80 ? 0 : c >= 0xc2 && c <= 0xdf ? 1 : (c & 0xf0) == 0xe0 ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : 9;
        if (extra == 9 || i + extra >= length) {
            if (extra != 0) return uint32_t(i);
        }
        for (size_t k = 1; k <= extra; k++)
            if ((s[i + k] & 0xc0) != 0x80) return uint32_t(i);
        if ((c == 0xe0 && s[i + 1] < 0xa0) || (c == 0xed && s[i + 1] > 0x9f) || (c == 0xf0 && s[i + 1] < 0x90)
            || (c == 0xf4 && s[i + 1] > 0x8f))
            return uint32_t(i);
        i += extra + 1;
    }
    return 0;
}

/// Offset of the string that is not closed, or of the control character inside one.
inline uint32_t stringFault(const uint8_t *s, size_t length, bool control) {
    bool inside = false;
    size_t open = 0;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = s[i];
        if (c == '"') {
            if (!inside) open = i;
            inside = !inside;
        } else if (inside && c == '\\') {
            i++;
        } else if (inside && c < 0x20 && control) {
            return uint32_t(i);
        }
    }
    return uint32_t(open);
}

/// Finds the records of one block; the walker says how each is walked and what is kept of it.
template <class Walker>
struct LineScan {
    cl_json_scanner &scanner;
    Walker &walker;
    const uint8_t *block;
    size_t length;
    bool allowsNotFinite;
    bool lineFed = true;
    /// Line feeds counted up to `countedTo`, for the faults' line numbers.
    uint32_t lines = 0;
    size_t countedTo = 0;

    /// Walks complete lines in one go, up to the first where anything is wrong; returns how far it came.
    size_t run(size_t start, size_t end) {
        Text text{};
        text.allowsNotFinite = allowsNotFinite;
        text.scanner = &scanner;
        scanner.runStart = uint32_t(start);
        const uint8_t *const s = block + start;
        auto error = scanner.index(s, end - start, text);
        if (error == simdjson::EMPTY) {
            lineFed = false;
            return end;
        }
        if (error) return start;
        const uint32_t *ix = text.offsets;
        const uint32_t *const last = text.offsets + text.count;
        bool fed = true;
        // Every line of the run ends in a line feed; the one before the run too.
        const uint8_t *lineStart = s;
        while (ix < last) {
            uint32_t p = *ix++;
            uint32_t close;
            const size_t oldTokens = scanner.tokens.size();
            bool isRight = s[p] == '{' && walker.walk(text, ix, p, close);
            if (isRight) {
                // One record on a line: the next line feed is after its end and before the next record.
                auto feed = static_cast<const uint8_t *>(memchr(s + p, '\n', end - start - p));
                uint32_t next = ix < last ? *ix : uint32_t(end - start);
                isRight = ix <= last && feed && feed >= s + close && feed < s + next;
                if (isRight) {
                    fed &= s + p == lineStart && feed == s + close + 1;
                    lineStart = feed + 1;
                }
            }
            if (!isRight) {
                scanner.tokens.resize(oldTokens);
                lineFed &= fed;
                return size_t(lineStart - block);
            }
            scanner.places.push_back({uint32_t(start) + p, uint32_t(start) + close + 1});
            walker.keep(text);
        }
        lineFed &= fed && lineStart == block + end;
        return end;
    }

    void fault(size_t start, size_t end, uint32_t offset, int32_t code) {
        while (countedTo < start) {
            auto feed = static_cast<const uint8_t *>(memchr(block + countedTo, '\n', start - countedTo));
            if (!feed) break;
            lines++;
            countedTo = size_t(feed - block) + 1;
        }
        countedTo = start;
        scanner.faults.push_back({{uint32_t(start), uint32_t(end)}, offset, lines, -1, code});
    }

    /// Walks one line, without its line feed.
    void line(size_t start, size_t end, bool isEnded) {
        const size_t from = start, to = end;
        while (start < end && isSpace(block[start])) start++;
        while (end > start && isSpace(block[end - 1])) end--;
        if (start != from || end != to || start == end) lineFed = false;
        if (start == end) return;
        Text text{};
        text.allowsNotFinite = allowsNotFinite;
        text.scanner = &scanner;
        scanner.runStart = uint32_t(start);
        const uint8_t *s = block + start;
        const size_t oldTokens = scanner.tokens.size();
        int32_t code;
        uint32_t offset = 0;
        switch (scanner.index(s, end - start, text)) {
        case simdjson::SUCCESS: {
            const uint32_t *ix = text.offsets;
            uint32_t p = *ix++, close;
            if (s[p] != '{') {
                code = CL_JSON_NOT_AN_OBJECT;
            } else if (!walker.walk(text, ix, p, close)) {
                // Past the last offset: the text ended too early, which for a last line means that it was cut off.
                bool cut = ix > text.offsets + text.count || text.at == 0;
                code = text.code;
                offset = text.at;
                if (cut) {
                    offset = uint32_t(end - start);
                    code = CL_JSON_TRUNCATED;
                }
            } else if (ix != text.offsets + text.count) {
                code = CL_JSON_AFTER_END;
                offset = *ix;
            } else {
                scanner.places.push_back({uint32_t(start), uint32_t(start) + close + 1});
                walker.keep(text);
                return;
            }
            break;
        }
        case simdjson::UTF8_ERROR:
            code = CL_JSON_INVALID_UTF8;
            offset = firstInvalidUTF8(s, end - start);
            break;
        case simdjson::UNCLOSED_STRING:
            code = isEnded ? CL_JSON_OPEN_STRING : CL_JSON_TRUNCATED;
            offset = stringFault(s, end - start, false);
            break;
        case simdjson::UNESCAPED_CHARS:
            code = CL_JSON_CONTROL_CHARACTER;
            offset = stringFault(s, end - start, true);
            break;
        case simdjson::MEMALLOC: code = CL_JSON_OUT_OF_MEMORY; break;
        default: code = CL_JSON_INVALID_LITERAL;
        }
        scanner.tokens.resize(oldTokens);
        lineFed = false;
        fault(start, end, uint32_t(start) + offset, code);
    }

    void linesOneByOne(size_t start, size_t end) {
        while (start < end) {
            auto feed = static_cast<const uint8_t *>(memchr(block + start, '\n', end - start));
            size_t stop = feed ? size_t(feed - block) : end;
            line(start, stop, feed != nullptr);
            start = stop + 1;
        }
    }

    void scan(bool oneByOne) {
        // Runs that fit the second-level cache together with their offsets.
        constexpr size_t target = 128 * 1024;
        size_t start = 0;
        while (start < length) {
            size_t end = length;
            if (length - start > target) {
                auto feed = memrchr(block + start, '\n', target);
                if (!feed) feed = memchr(block + start + target, '\n', length - start - target);
                if (feed) end = size_t(static_cast<const uint8_t *>(feed) - block) + 1;
            }
            size_t whole = end;
            if (block[end - 1] != '\n') {
                auto feed = memrchr(block + start, '\n', end - start);
                whole = feed ? size_t(static_cast<const uint8_t *>(feed) - block) + 1 : start;
            }
            linesOneByOne(whole > start && !oneByOne ? run(start, whole) : start, whole);
            if (whole < end) {
                linesOneByOne(whole, end);
                lineFed = false;
            }
            start = end;
        }
    }
};

}  // namespace cartload
#endif
