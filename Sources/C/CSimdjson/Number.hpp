// SPDX-License-Identifier: Apache-2.0
// Numbers from JSON text, exactly.
#ifndef CARTLOAD_NUMBER_HPP
#define CARTLOAD_NUMBER_HPP
#include <charconv>
#include <cmath>

#include "Walk.hpp"

namespace cartload {

/// What a number's text says.
struct Number {
    enum Kind {
        /// Fits 64 bits.
        Integer,
        /// A whole number without fraction or exponent that does not fit.
        WideInteger,
        /// A double holds it.
        Real,
        /// A double would change it: more than 17 significant digits, or out of range.
        LongReal,
    } kind;
    int64_t integer;
    double real;

    /// Whether a double holds the integer exactly, whatever it is.
    bool isSmall() const { return integer >= -(int64_t(1) << 53) && integer <= int64_t(1) << 53; }
};

/// Reads a number that the grammar allows and that ends at `end`.
inline Number readNumber(const uint8_t *p, const uint8_t *end) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const uint8_t *const start = p;
    const bool negative = *p == '-';
    if (negative) p++;
    while (*p == '0') p++;
    uint64_t mantissa = 0;
    const uint8_t *first = p;
    while (isDigit(*p)) mantissa = mantissa * 10 + (*p++ - '0');
    size_t digits = size_t(p - first);
    if (*p != '.' && (*p | 0x20) != 'e') {
        // 19 digits cannot overflow 64 bits; 20 may, and 2^64 has 20.
        uint64_t limit = uint64_t(INT64_MAX) + negative;
        if (digits > 19 || mantissa > limit) return {Number::WideInteger, 0, 0};
        return {Number::Integer, negative ? int64_t(0 - mantissa) : int64_t(mantissa), 0};
    }
    int64_t exponent = 0;
    size_t trailing = 0;
    if (*p == '.') {
        p++;
        const uint8_t *fraction = p;
        if (digits == 0)
            while (*p == '0') p++;
        const uint8_t *significant = p;
        while (isDigit(*p)) mantissa = mantissa * 10 + (*p++ - '0');
        digits += size_t(p - significant);
        exponent = -int64_t(p - fraction);
        for (const uint8_t *q = p; q > significant && q[-1] == '0'; q--) trailing++;
    }
    if ((*p | 0x20) == 'e') {
        p++;
        const bool down = *p == '-';
        if (*p == '+' || *p == '-') p++;
        int64_t e = 0;
        while (isDigit(*p)) {
            if (e < 1000000) e = e * 10 + (*p - '0');
            p++;
        }
        exponent += down ? -e : e;
    }
    double value;
    if (digits <= 19 && mantissa <= uint64_t(1) << 53 && exponent >= -22 && exponent <= 22) {
        // Both factors are exact, so the result is rounded once.
        value = double(mantissa);
        value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
        if (negative) value = -value;
        return {Number::Real, 0, value};
    }
    value = 0;
    auto read = std::from_chars(reinterpret_cast<const char *>(start), reinterpret_cast<const char *>(end), value);
    bool isZero = digits == 0 || mantissa == 0;
    if (read.ec != std::errc() || std::isinf(value) || (value == 0 && !(isZero && digits <= 19)))
        return {Number::LongReal, 0, value};
    return {digits - trailing > 17 ? Number::LongReal : Number::Real, 0, value};
}

/// The whole number that a number means, when it is one: `1.0` and `1e3` are.
inline bool integral(const Number &number, int64_t &value) {
    if (number.kind == Number::Integer) {
        value = number.integer;
        return true;
    }
    if (number.kind != Number::Real || std::fabs(number.real) > 9007199254740992.0 || std::trunc(number.real) != number.real)
        return false;
    value = int64_t(number.real);
    return true;
}

}  // namespace cartload
#endif
