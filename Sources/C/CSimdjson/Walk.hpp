// SPDX-License-Identifier: Apache-2.0
// The walk over the structural offsets that simdjson's first stage finds.
//
// Stage 1 has checked UTF-8, that strings are closed and hold no control character, and lists the offset of every
// `{ } [ ] : ,`, of every opening quote and of the first byte of every other token. Between two listed offsets there is
// one token, then only white space. After the last offset come some that all point at the record's first `{`: wherever a
// record breaks off, the walk reads at most three of them before it meets one where no `{` may stand. So the walk needs
// no check for the end, and a token's extent is looked at only once the offset after it is known to be `,` or a closer.
#ifndef CARTLOAD_WALK_HPP
#define CARTLOAD_WALK_HPP
#include <cstring>

#include "CSimdjson.h"

namespace cartload {

/// How many offsets after the last one point back at the record's start.
constexpr size_t sentinels = 4;

inline bool isSpace(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
inline bool isDigit(uint8_t c) { return uint8_t(c - '0') < 10; }

/// The end of the number that starts here, or null when it breaks the grammar; stops at the first byte that cannot belong
/// to it, so some such byte must follow.
inline const uint8_t *numberEnd(const uint8_t *p) {
    if (*p == '-') p++;
    if (*p == '0') {
        p++;
    } else {
        if (!isDigit(*p)) return nullptr;
        do p++;
        while (isDigit(*p));
    }
    if (*p == '.') {
        p++;
        if (!isDigit(*p)) return nullptr;
        do p++;
        while (isDigit(*p));
    }
    if ((*p | 0x20) == 'e') {
        p++;
        if (*p == '+' || *p == '-') p++;
        if (!isDigit(*p)) return nullptr;
        do p++;
        while (isDigit(*p));
    }
    return p;
}

inline uint64_t load8(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

inline int hexDigit(uint8_t c) {
    if (isDigit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Four hexadecimal digits, or a negative number.
inline int32_t hexUnit(const uint8_t *p) {
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hexDigit(p[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/// The first wrong escape of a string's content, or null.
inline const uint8_t *wrongEscape(const uint8_t *p, const uint8_t *end) {
    while (p < end && (p = static_cast<const uint8_t *>(memchr(p, '\\', size_t(end - p))))) {
        switch (p[1]) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': p += 2; break;
        case 'u':
            if (end - p < 6 || hexUnit(p + 2) < 0) return p;
            p += 6;
            break;
        default: return p;
        }
    }
    return nullptr;
}

/// Writes a string's content unescaped, which is never longer; counts halves of surrogate pairs, which become U+FFFD.
/// The escapes must have been checked.
uint8_t *unescape(const uint8_t *p, const uint8_t *end, uint8_t *out, size_t &loneSurrogates);

/// What is being walked: a run of text with its structural offsets.
struct Text {
    const uint8_t *base;
    const uint32_t *offsets;
    /// How many offsets are real.
    size_t count;
    /// The first backslash not yet looked at, or the end.
    const uint8_t *backslash;
    const uint8_t *end;
    bool allowsNotFinite;
    /// Set on failure.
    int32_t code = CL_JSON_OK;
    uint32_t at = 0;

    bool fail(int32_t why, uint32_t offset) {
        code = why;
        at = offset;
        return false;
    }

    void findBackslash(const uint8_t *from) {
        backslash = from < end ? static_cast<const uint8_t *>(memchr(from, '\\', size_t(end - from))) : nullptr;
        if (!backslash) backslash = end;
    }

    /// Checks the escapes of a string whose quotes are at these offsets.
    bool checkEscapes(uint32_t open, uint32_t close) {
        if (backslash < base + open) {
            findBackslash(base + open);
            if (backslash >= base + close) return true;
        }
        if (auto wrong = wrongEscape(base + open + 1, base + close))
            return fail(CL_JSON_INVALID_ESCAPE, uint32_t(wrong - base));
        findBackslash(base + close);
        return true;
    }

    /// The offset of the quote that closes a string, from the offset of the next token.
    static inline uint32_t closingQuote(const uint8_t *base, uint32_t next) {
        do next--;
        while (base[next] != '"');
        return next;
    }

    /// Called for NaN, Infinity and -Infinity; the tokens found are kept by the scanner.
    struct cl_json_scanner *scanner = nullptr;
    bool notFinite(uint32_t p, uint32_t next);

    /// Checks a token that is neither a container nor a string and ends before `next`.
    __attribute__((always_inline)) inline bool checkToken(uint32_t p, uint32_t next) {
        // Most tokens are numbers that end where the next token begins.
        if (isDigit(base[p])) {
            if (numberEnd(base + p) == base + next) return true;
        }
        return checkAnyToken(p, next);
    }

    __attribute__((noinline)) bool checkAnyToken(uint32_t p, uint32_t next) {
        const uint8_t *t = base + p;
        const uint8_t *tail;
        switch (*t) {
        case 't':
            if (memcmp(t, "true", 4) != 0) return fail(CL_JSON_INVALID_LITERAL, p);
            tail = t + 4;
            break;
        case 'f':
            if (memcmp(t, "false", 5) != 0) return fail(CL_JSON_INVALID_LITERAL, p);
            tail = t + 5;
            break;
        case 'n':
            if (memcmp(t, "null", 4) != 0) return fail(CL_JSON_INVALID_LITERAL, p);
            tail = t + 4;
            break;
        case '-':
            if (t[1] == 'I') return notFinite(p, next);
            [[fallthrough]];
        case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
            tail = numberEnd(t);
            if (!tail) return fail(CL_JSON_INVALID_NUMBER, p);
            break;
        case 'N': case 'I': return notFinite(p, next);
        default: return fail(*t < 0x20 ? CL_JSON_EXPECTED_VALUE : CL_JSON_INVALID_LITERAL, p);
        }
        const uint8_t *limit = base + next;
        while (tail < limit && isSpace(*tail)) tail++;
        if (tail != limit)
            return fail(isDigit(*t) || *t == '-' ? CL_JSON_INVALID_NUMBER : CL_JSON_INVALID_LITERAL, p);
        return true;
    }

    /// Walks a container and all in it; `p` is the offset of its opening bracket. Leaves `ix` after its closing one, whose
    /// offset it puts in `last`.
    inline bool walkContainer(const uint32_t *&cursor, uint32_t p, int depth, uint32_t &last) {
        uint8_t stack[CL_JSON_MAX_DEPTH];
        const uint8_t *const s = base;
        const uint32_t *ix = cursor;
        int top = 0;
        uint8_t c = s[p];
        uint8_t open = c;
    enter:
        if (top + depth >= CL_JSON_MAX_DEPTH) return fail(CL_JSON_TOO_DEEP, p);
        open = c;
        stack[top++] = c;
        p = *ix++;
        if (s[p] == open + 2) goto close;
        if (open == '[') goto value;
    key:
        if (s[p] != '"') return fail(CL_JSON_EXPECTED_KEY, p);
        {
            uint32_t colon = *ix++;
            if (s[colon] != ':') return fail(CL_JSON_EXPECTED_COLON, colon);
            if (backslash < s + colon && !checkEscapes(p, closingQuote(s, colon))) return false;
            p = *ix++;
        }
    value:
        c = s[p];
        if (c == '{' || c == '[') goto enter;
        {
            uint32_t next = *ix;
            uint8_t e = s[next];
            if (e != ',' && e != '}' && e != ']') return failBefore(p, next);
            if (c == '"') {
                if (backslash < s + next && !checkEscapes(p, closingQuote(s, next))) return false;
            } else if (!checkToken(p, next)) {
                return false;
            }
        }
    after:
        p = *ix++;
        if (s[p] == ',') {
            p = *ix++;
            if (open == '{') goto key;
            goto value;
        }
        if (s[p] != open + 2) return fail(CL_JSON_EXPECTED_COMMA, p);
    close:
        top--;
        if (top == 0) {
            last = p;
            cursor = ix;
            return true;
        }
        open = stack[top - 1];
        goto after;
    }

    /// The error for a scalar at `p` that is not followed by a comma or a closer.
    bool failBefore(uint32_t p, uint32_t next) {
        uint8_t c = base[p];
        if (c == '}' || c == ']' || c == ',' || c == ':' || c < 0x20) return fail(CL_JSON_EXPECTED_VALUE, p);
        return fail(CL_JSON_EXPECTED_COMMA, next);
    }
};

}  // namespace cartload
#endif
