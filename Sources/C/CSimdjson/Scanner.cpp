// SPDX-License-Identifier: Apache-2.0
#include "LineScan.hpp"

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

/// Which member of a nested record's envelope a key names, or -1.
static int32_t nestedMemberNamed(const uint8_t *name, size_t length) {
    switch (length) {
    case 4: return memcmp(name, "data", 4) == 0 ? CL_JSON_MEMBER_RECORD : -1;
    case 6: return memcmp(name, "stream", 6) == 0 ? CL_JSON_MEMBER_STREAM : -1;
    case 9: return memcmp(name, "namespace", 9) == 0 ? CL_JSON_MEMBER_NAMESPACE : -1;
    case 10: return memcmp(name, "emitted_at", 10) == 0 ? CL_JSON_MEMBER_TIME_EXTRACTED : -1;
    }
    return -1;
}

/// What the envelopes of a message stream are like, from the outside to the inside.
enum class Envelope { flat, outer, inner };

static int32_t memberNamed(Envelope kind, const uint8_t *name, size_t length) {
    if (kind == Envelope::inner) return nestedMemberNamed(name, length);
    int32_t member = memberNamed(name, length);
    if (kind == Envelope::flat || member == CL_JSON_MEMBER_TYPE || member == CL_JSON_MEMBER_RECORD) return member;
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
static bool walkEnvelope(
    Text &text, const uint32_t *&ix, uint32_t p, uint32_t &close, cl_json_envelope &envelope, Envelope kind) {
    const uint8_t *const s = text.base;
    const uint32_t offset = text.scanner->runStart;
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
            member = memberNamed(kind, name.start, name.length);
        } else {
            member = memberNamed(kind, s + p + 1, keyEnd - p - 1);
        }
        p = *ix++;
        const uint8_t c = s[p];
        uint32_t end;
        const bool isNested = kind == Envelope::outer && member == CL_JSON_MEMBER_RECORD;
        if (isNested) {
            // Its parts have places; it has none of its own.
            member = -1;
            for (int32_t part : {CL_JSON_MEMBER_STREAM, CL_JSON_MEMBER_RECORD, CL_JSON_MEMBER_TIME_EXTRACTED,
                                 CL_JSON_MEMBER_NAMESPACE})
                envelope.members[part] = {};
        }
        if (isNested && c == '{') {
            if (!walkEnvelope(text, ix, p, end, envelope, Envelope::inner)) return false;
        } else if (c == '{' || c == '[') {
            if (!text.walkContainer(ix, p, kind == Envelope::inner ? 2 : 1, end)) return false;
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

/// Takes every record as it is.
struct PlainWalker {
    bool walk(Text &text, const uint32_t *&ix, uint32_t p, uint32_t &close) { return text.walkContainer(ix, p, 0, close); }
    void keep(Text &) {}
};

/// Notes the envelope of every message.
struct MessageWalker {
    cl_json_scanner &scanner;
    Envelope kind;
    cl_json_envelope envelope{};

    bool walk(Text &text, const uint32_t *&ix, uint32_t p, uint32_t &close) {
        envelope = {};
        if (!walkEnvelope(text, ix, p, close, envelope, kind)) return false;
        envelope.line = {scanner.runStart + p, scanner.runStart + close + 1};
        return true;
    }

    void keep(Text &) { scanner.envelopes.push_back(envelope); }
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

template <class Walker>
static int scan(
    cl_json_scanner *scanner, Walker &walker, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *result) {
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->startScan();
        LineScan<Walker> lines{*scanner, walker, block, length, (flags & CL_JSON_NOT_FINITE_ALLOWED) != 0};
        lines.scan((flags & CL_JSON_LINE_BY_LINE) != 0);
        *result = scanner->lines(lines.lineFed);
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
    PlainWalker walker;
    return scan(scanner, walker, block, length, flags, result);
}

int cl_json_scan_messages(
    cl_json_scanner *scanner, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *lines,
    const cl_json_envelope **envelopes) {
    MessageWalker walker{*scanner, flags & CL_JSON_NESTED_RECORDS ? Envelope::outer : Envelope::flat};
    int code = scan(scanner, walker, block, length, flags, lines);
    *envelopes = scanner->envelopes.data();
    return code;
}

}  // extern "C"
