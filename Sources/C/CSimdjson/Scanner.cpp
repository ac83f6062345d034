// SPDX-License-Identifier: Apache-2.0
#include "Scanner.hpp"

#include <new>

using namespace cartload;

namespace cartload {

static uint8_t *encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = uint8_t(scalar);
    } else if (scalar < 0x800) {
        *out++ = uint8_t(0xc0 | scalar >> 6);
        *out++ = uint8_t(0x80 | (scalar & 0x3f));
    } else if (scalar < 0x10000) {
        *out++ = uint8_t(0xe0 | scalar >> 12);
        *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3f));
        *out++ = uint8_t(0x80 | (scalar & 0x3f));
    } else {
        *out++ = uint8_t(0xf0 | scalar >> 18);
        *out++ = uint8_t(0x80 | (scalar >> 12 & 0x3f));
        *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3f));
        *out++ = uint8_t(0x80 | (scalar & 0x3f));
    }
    return out;
}

uint8_t *unescape(const uint8_t *p, const uint8_t *end, uint8_t *out, size_t &loneSurrogates) {
    while (p < end) {
        auto next = static_cast<const uint8_t *>(memchr(p, '\\', size_t(end - p)));
        size_t plain = size_t((next ? next : end) - p);
        memcpy(out, p, plain);
        out += plain;
        if (!next) break;
        p = next + 2;
        switch (next[1]) {
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'n': *out++ = '\n'; break;
        case 'r': *out++ = '\r'; break;
        case 't': *out++ = '\t'; break;
        case 'u': {
            int32_t digits = end - p < 4 ? -1 : hexUnit(p);
            if (digits < 0) {
                // Only text that nobody checked has such an escape.
                *out++ = '?';
                break;
            }
            uint32_t unit = uint32_t(digits);
            p += 4;
            if ((unit & 0xfc00) == 0xd800 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
                uint32_t low = uint32_t(hexUnit(p + 2));
                if ((low & 0xfc00) == 0xdc00) {
                    unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
                    p += 6;
                }
            }
            if (unit >= 0xd800 && unit < 0xe000) {
                loneSurrogates++;
                unit = 0xfffd;
            }
            out = encode(unit, out);
            break;
        }
        default: *out++ = next[1];
        }
    }
    return out;
}

bool Text::notFinite(uint32_t p, uint32_t next) {
    const uint8_t *t = base + p;
    size_t length = *t == 'N' ? 3 : *t == '-' ? 9 : 8;
    const char *word = *t == 'N' ? "NaN" : *t == '-' ? "-Infinity" : "Infinity";
    if (memcmp(t, word, length) != 0) return fail(*t == '-' ? CL_JSON_INVALID_NUMBER : CL_JSON_INVALID_LITERAL, p);
    for (const uint8_t *tail = t + length; tail < base + next; tail++)
        if (!isSpace(*tail)) return fail(CL_JSON_INVALID_LITERAL, p);
    if (!allowsNotFinite) return fail(CL_JSON_NOT_FINITE, p);
    uint32_t start = scanner->runStart + p;
    scanner->tokens.push_back({start, start + uint32_t(length)});
    return true;
}

/// Offset of the first byte that is not UTF-8.
static uint32_t firstInvalidUTF8(const uint8_t *s, size_t length) {
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
static uint32_t stringFault(const uint8_t *s, size_t length, bool control) {
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

/// Which member of an envelope a key names, or -1.
static int32_t memberNamed(const uint8_t *name, size_t length) {
    switch (length) {
    case 4: return memcmp(name, "type", 4) == 0 ? CL_JSON_MEMBER_TYPE : -1;
    case 5: return memcmp(name, "value", 5) == 0 ? CL_JSON_MEMBER_VALUE : -1;
    case 6:
        if (memcmp(name, "stream", 6) == 0) return CL_JSON_MEMBER_STREAM;
        return memcmp(name, "record", 6) == 0 ? CL_JSON_MEMBER_RECORD : -1;
    case 7: return memcmp(name, "version", 7) == 0 ? CL_JSON_MEMBER_VERSION : -1;
    case 14: return memcmp(name, "time_extracted", 14) == 0 ? CL_JSON_MEMBER_TIME_EXTRACTED : -1;
    }
    return -1;
}

/// What kind of message a type names, in letters of either case.
static int32_t messageNamed(const uint8_t *name, size_t length) {
    static const char *const names[] = {"record", "state", "schema", "batch", "activate_version"};
    for (int32_t kind = 0; kind < 5; kind++) {
        if (strlen(names[kind]) != length) continue;
        size_t i = 0;
        while (i < length && (names[kind][i] == '_' ? name[i] : name[i] | 0x20) == names[kind][i]) i++;
        if (i == length) return kind + 1;
    }
    return CL_JSON_MESSAGE_OTHER;
}

/// A short string's content without escapes, in place where it has none.
struct Unescaped {
    std::string copy;
    const uint8_t *start;
    size_t length;

    Unescaped(const uint8_t *start, size_t length) : start(start), length(length) {
        // No name that is looked for is longer, even if every letter is escaped.
        if (length > 128 || !memchr(start, '\\', length)) return;
        copy.resize(length);
        auto out = reinterpret_cast<uint8_t *>(&copy[0]);
        size_t ignored = 0;
        this->length = size_t(unescape(start, start + length, out, ignored) - out);
        this->start = out;
    }
};

/// Walks a message, noting where the envelope's members are; the last of repeated keys counts.
static bool walkMessage(Text &text, const uint32_t *&ix, uint32_t p, uint32_t &close, cl_json_envelope &envelope) {
    const uint8_t *const s = text.base;
    const uint32_t offset = text.scanner->runStart;
    envelope = {};
    p = *ix++;
    if (s[p] == '}') {
        close = p;
        return true;
    }
    for (;;) {
        if (s[p] != '"') return text.fail(CL_JSON_EXPECTED_KEY, p);
        const uint32_t colon = *ix++;
        if (s[colon] != ':') return text.fail(CL_JSON_EXPECTED_COLON, colon);
        const uint32_t keyEnd = Text::closingQuote(s, colon);
        const bool isEscaped = text.backslash < s + keyEnd;
        if (isEscaped && !text.checkEscapes(p, keyEnd)) return false;
        int32_t member;
        if (isEscaped) {
            Unescaped name(s + p + 1, keyEnd - p - 1);
            member = memberNamed(name.start, name.length);
        } else {
            member = memberNamed(s + p + 1, keyEnd - p - 1);
        }
        p = *ix++;
        const uint8_t c = s[p];
        uint32_t end;
        if (c == '{' || c == '[') {
            if (!text.walkContainer(ix, p, 1, end)) return false;
            end++;
        } else {
            const uint32_t next = *ix;
            if (s[next] != ',' && s[next] != '}') return text.failBefore(p, next);
            if (c == '"') {
                end = Text::closingQuote(s, next);
                if (text.backslash < s + end && !text.checkEscapes(p, end)) return false;
                end++;
            } else {
                if (!text.checkToken(p, next)) return false;
                end = next;
                while (isSpace(s[end - 1])) end--;
            }
        }
        if (member >= 0) {
            envelope.members[member] = {offset + p, offset + end};
            if (member == CL_JSON_MEMBER_TYPE) {
                envelope.type = CL_JSON_MESSAGE_OTHER;
                if (c == '"') {
                    Unescaped name(s + p + 1, end - p - 2);
                    envelope.type = messageNamed(name.start, name.length);
                }
            }
        }
        p = *ix++;
        if (s[p] == ',') {
            p = *ix++;
            continue;
        }
        if (s[p] != '}') return text.fail(CL_JSON_EXPECTED_COMMA, p);
        close = p;
        return true;
    }
}

/// Finds the records of one block, or the messages.
template <bool messages>
struct LineScan {
    cl_json_scanner &scanner;
    const uint8_t *block;
    size_t length;
    bool allowsNotFinite;
    bool lineFed = true;
    /// Line feeds counted up to `countedTo`, for the faults' line numbers.
    uint32_t lines = 0;
    size_t countedTo = 0;

    inline bool walk(Text &text, const uint32_t *&ix, uint32_t p, uint32_t &close) {
        if (!messages) return text.walkContainer(ix, p, 0, close);
        scanner.envelopes.emplace_back();
        cl_json_envelope &envelope = scanner.envelopes.back();
        if (walkMessage(text, ix, p, close, envelope)) {
            envelope.line = {scanner.runStart + p, scanner.runStart + close + 1};
            return true;
        }
        scanner.envelopes.pop_back();
        return false;
    }

    /// Walks complete lines in one go; false, with nothing kept, when anything is wrong.
    bool run(size_t start, size_t end) {
        Text text{};
        text.allowsNotFinite = allowsNotFinite;
        text.scanner = &scanner;
        scanner.runStart = uint32_t(start);
        const uint8_t *const s = block + start;
        auto error = scanner.index(s, end - start, text);
        if (error == simdjson::EMPTY) {
            lineFed = false;
            return true;
        }
        if (error) return false;
        const size_t oldPlaces = scanner.places.size(), oldTokens = scanner.tokens.size();
        const uint32_t *ix = text.offsets;
        const uint32_t *const last = text.offsets + text.count;
        bool fed = true;
        // Every line of the run ends in a line feed; the one before the run too.
        const uint8_t *lineStart = s;
        while (ix < last) {
            uint32_t p = *ix++;
            uint32_t close;
            if (s[p] != '{' || !walk(text, ix, p, close)) goto wrong;
            {
                // One record on a line: the next line feed is after its end and before the next record.
                auto feed = static_cast<const uint8_t *>(memchr(s + p, '\n', end - start - p));
                uint32_t next = ix < last ? *ix : uint32_t(end - start);
                if (ix > last || !feed || feed < s + close || feed >= s + next) goto wrong;
                fed &= s + p == lineStart && feed == s + close + 1;
                lineStart = feed + 1;
            }
            scanner.places.push_back({uint32_t(start) + p, uint32_t(start) + close + 1});
        }
        lineFed &= fed && lineStart == block + end;
        return true;
    wrong:
        scanner.places.resize(oldPlaces);
        if (messages) scanner.envelopes.resize(oldPlaces);
        scanner.tokens.resize(oldTokens);
        return false;
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
            } else if (!walk(text, ix, p, close)) {
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
                if (messages) scanner.envelopes.pop_back();
            } else {
                scanner.places.push_back({uint32_t(start), uint32_t(start) + close + 1});
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
            if (whole > start && (oneByOne || !run(start, whole))) linesOneByOne(start, whole);
            if (whole < end) {
                linesOneByOne(whole, end);
                lineFed = false;
            }
            start = end;
        }
    }
};

}  // namespace cartload

simdjson::error_code cl_json_scanner::index(const uint8_t *start, size_t length, Text &text) {
    if (!stage || stage->capacity() < length) {
        size_t capacity = stage ? stage->capacity() * 2 : 256 * 1024;
        if (capacity < length) capacity = length;
        stage.reset();
        auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 4, stage);
        if (error) return error;
    }
    auto error = stage->stage1(start, length, simdjson::stage1_mode::regular);
    if (error) return error;
    text.base = start;
    text.offsets = stage->structural_indexes.get();
    text.count = stage->n_structural_indexes;
    text.end = start + length;
    // See Walk.hpp: what comes after the last offset points at the first.
    for (size_t i = 0; i < sentinels; i++) stage->structural_indexes[text.count + i] = stage->structural_indexes[0];
    text.findBackslash(start);
    return simdjson::SUCCESS;
}

template <bool messages>
static int scan(cl_json_scanner *scanner, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *result) {
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->places.clear();
        scanner->faults.clear();
        scanner->tokens.clear();
        scanner->envelopes.clear();
        LineScan<messages> lines{*scanner, block, length, (flags & CL_JSON_NOT_FINITE_ALLOWED) != 0};
        lines.scan((flags & CL_JSON_LINE_BY_LINE) != 0);
        *result = {scanner->places.data(), scanner->places.size(), scanner->faults.data(), scanner->faults.size(),
                   scanner->tokens.data(), scanner->tokens.size(), lines.lineFed};
        return CL_JSON_OK;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

extern "C" {

cl_json_scanner *cl_json_scanner_create(void) { return new (std::nothrow) cl_json_scanner; }

void cl_json_scanner_destroy(cl_json_scanner *scanner) { delete scanner; }

int cl_json_scan_lines(
    cl_json_scanner *scanner, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *result) {
    return scan<false>(scanner, block, length, flags, result);
}

int cl_json_scan_messages(
    cl_json_scanner *scanner, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *lines,
    const cl_json_envelope **envelopes) {
    int code = scan<true>(scanner, block, length, flags, lines);
    *envelopes = scanner->envelopes.data();
    return code;
}

}  // extern "C"
