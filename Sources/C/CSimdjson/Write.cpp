// SPDX-License-Identifier: Apache-2.0
// Rows of columns as JSON text.
#include "Number.hpp"

using namespace cartload;

namespace cartload {

/// One byte for each, 0 for those that a JSON string holds as they are, else how the escape ends.
static const char *const escapes = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

typedef uint8_t Vector __attribute__((vector_size(16)));

static inline bool needsEscape(Vector bytes) {
    auto wrong = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    uint64_t halves[2];
    memcpy(halves, &wrong, 16);
    return (halves[0] | halves[1]) != 0;
}

static inline bool isPlain(uint8_t c) { return c >= 0x20 && c != '"' && c != '\\'; }

static uint8_t *writeHex(uint32_t unit, uint8_t *out) {
    static const char digits[] = "0123456789abcdef";
    *out++ = '\\';
    *out++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) *out++ = uint8_t(digits[unit >> shift & 15]);
    return out;
}

static uint8_t *writeEscape(uint8_t c, uint8_t *out) {
    if (c >= 0x20) {
        *out++ = '\\';
        *out++ = c;
    } else if (escapes[c] == 'u') {
        out = writeHex(c, out);
    } else {
        *out++ = '\\';
        *out++ = uint8_t(escapes[c]);
    }
    return out;
}

/// Writes the scalar that starts at `p` as an escape and steps over it; a byte that is not UTF-8 becomes U+FFFD.
static uint8_t *writeScalar(const uint8_t *&p, const uint8_t *end, uint8_t *out) {
    uint32_t c = *p++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : -1;
    uint32_t scalar = more == 3 ? c & 7 : more == 2 ? c & 15 : c & 31;
    if (more < 0 || end - p < more) return writeHex(0xfffd, out);
    for (; more > 0; more--) scalar = scalar << 6 | (*p++ & 0x3f);
    if (scalar < 0x10000) return writeHex(scalar, out);
    scalar -= 0x10000;
    out = writeHex(0xd800 | (scalar >> 10 & 0x3ff), out);
    return writeHex(0xdc00 | (scalar & 0x3ff), out);
}

/// Writes the content of a JSON string, up to 16 bytes too many.
static uint8_t *writeContent(const uint8_t *p, const uint8_t *end, bool asciiOnly, uint8_t *out) {
    if (asciiOnly) {
        while (p < end) {
            if (*p >= 0x80) {
                out = writeScalar(p, end, out);
            } else if (isPlain(*p)) {
                *out++ = *p++;
            } else {
                out = writeEscape(*p++, out);
            }
        }
        return out;
    }
    while (end - p >= 16) {
        Vector bytes;
        memcpy(&bytes, p, 16);
        if (!needsEscape(bytes)) {
            memcpy(out, &bytes, 16);
            p += 16;
            out += 16;
            continue;
        }
        const uint8_t *stop = p + 16;
        while (p < stop) {
            if (isPlain(*p)) *out++ = *p++;
            else out = writeEscape(*p++, out);
        }
    }
    if (p < end) {
        // The bytes after the text are readable; only those before its end count.
        Vector bytes;
        memcpy(&bytes, p, 16);
        const size_t left = size_t(end - p);
        static const uint8_t blanks[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                           32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32};
        Vector beyond;
        memcpy(&beyond, blanks + 16 - left, 16);
        auto wrong = ((bytes < 0x20) | (bytes == '"') | (bytes == '\\')) & (decltype(bytes < 0x20))(beyond == 0);
        uint64_t halves[2];
        memcpy(halves, &wrong, 16);
        if ((halves[0] | halves[1]) == 0) {
            memcpy(out, &bytes, 16);
            return out + left;
        }
        while (p < end) {
            if (isPlain(*p)) *out++ = *p++;
            else out = writeEscape(*p++, out);
        }
    }
    return out;
}

static inline uint8_t *writeInteger(int64_t value, uint8_t *out) {
    auto start = reinterpret_cast<char *>(out);
    return reinterpret_cast<uint8_t *>(std::to_chars(start, start + 24, value).ptr);
}

/// Numbers with up to four decimals, which most are, without the general algorithm: when the quotient is the number
/// again, no text with fewer decimals reads back, and reading this one divides the same two exact factors.
static inline uint8_t *writeDouble(double value, uint8_t *out) {
    static const double scales[] = {1, 10, 100, 1000, 10000};
    const double size = std::fabs(value);
    if (size < 1e11 && size >= 1e-3) {
        for (int decimals = 1; decimals <= 4; decimals++) {
            const double scaled = std::nearbyint(size * scales[decimals]);
            if (scaled / scales[decimals] != size) continue;
            const uint64_t whole = uint64_t(scaled), scale = uint64_t(scales[decimals]);
            if (value < 0) *out++ = '-';
            out = writeInteger(int64_t(whole / scale), out);
            *out++ = '.';
            uint64_t fraction = whole % scale;
            for (int digit = decimals - 1; digit >= 0; digit--) {
                out[digit] = uint8_t('0' + fraction % 10);
                fraction /= 10;
            }
            return out + decimals;
        }
    }
    return out + cl_json_format_double(value, out);
}

static uint8_t *writePadded(int64_t value, int width, uint8_t *out) {
    for (int digit = width - 1; digit >= 0; digit--) {
        out[digit] = uint8_t('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

/// Days since 1970 as a date of the proleptic Gregorian calendar.
static uint8_t *writeDate(int64_t days, uint8_t *out) {
    // Counted from 1 March of year 0, in eras of 400 years.
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day = z - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t dayOfYear = day - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * dayOfYear + 2) / 153;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    year += era * 400 + (month <= 2);
    if (year < 0) {
        *out++ = '-';
        year = -year;
    }
    if (year > 9999) out = writeInteger(year, out);
    else out = writePadded(year, 4, out);
    *out++ = '-';
    out = writePadded(month, 2, out);
    *out++ = '-';
    return writePadded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2, out);
}

static uint8_t *writeTime(int64_t micros, uint8_t *out) {
    out = writePadded(micros / 3600000000, 2, out);
    *out++ = ':';
    out = writePadded(micros / 60000000 % 60, 2, out);
    *out++ = ':';
    out = writePadded(micros / 1000000 % 60, 2, out);
    int64_t fraction = micros % 1000000;
    if (fraction == 0) return out;
    *out++ = '.';
    if (fraction % 1000 == 0) return writePadded(fraction / 1000, 3, out);
    return writePadded(fraction, 6, out);
}

static uint8_t *writeMoment(int64_t value, int32_t encoding, uint8_t *out) {
    constexpr int64_t day = 86400000000;
    switch (encoding) {
    case CL_JSON_WRITE_DATE: {
        // Beyond any calendar: kept in bounds rather than overflowing.
        constexpr int64_t limit = 106751991;
        return writeDate(value > limit ? limit : value < -limit ? -limit : value, out);
    }
    case CL_JSON_WRITE_TIME: return writeTime(((value % (day + 1)) + day + 1) % (day + 1), out);
    }
    int64_t days = value / day, rest = value % day;
    if (rest < 0) {
        rest += day;
        days--;
    }
    out = writeDate(days, out);
    *out++ = 'T';
    out = writeTime(rest, out);
    if (encoding == CL_JSON_WRITE_TIMESTAMP_ZONED) *out++ = 'Z';
    return out;
}

static inline uint8_t *writeNull(uint8_t *out) {
    memcpy(out, "null", 4);
    return out + 4;
}

static bool isNotFinite(const uint8_t *p, size_t length) {
    if (length > 0 && (*p == '-' || *p == '+')) {
        p++;
        length--;
    }
    auto is = [&](const char *word) {
        if (strlen(word) != length) return false;
        for (size_t i = 0; i < length; i++)
            if ((p[i] | 0x20) != word[i]) return false;
        return true;
    };
    return is("nan") || is("inf") || is("infinity");
}

static inline uint8_t *writeCell(
    const cl_json_writable &column, size_t row, bool asciiOnly, uint8_t *out, size_t &notFinite) {
    if (column.validity && !(column.validity[row >> 3] >> (row & 7) & 1)) return writeNull(out);
    switch (column.encoding) {
    case CL_JSON_WRITE_BOOLEAN:
        if (static_cast<const uint8_t *>(column.values)[row >> 3] >> (row & 7) & 1) {
            memcpy(out, "true", 4);
            return out + 4;
        }
        memcpy(out, "false", 5);
        return out + 5;
    case CL_JSON_WRITE_INTEGER: return writeInteger(static_cast<const int64_t *>(column.values)[row], out);
    case CL_JSON_WRITE_NUMBER: {
        double value = static_cast<const double *>(column.values)[row];
        if (std::isfinite(value)) return writeDouble(value, out);
        notFinite++;
        return writeNull(out);
    }
    case CL_JSON_WRITE_STRING:
    case CL_JSON_WRITE_JSON:
    case CL_JSON_WRITE_DIGITS: {
        const int32_t *offsets = static_cast<const int32_t *>(column.values);
        const uint8_t *p = column.text + offsets[row], *end = column.text + offsets[row + 1];
        const size_t length = size_t(end - p);
        if (column.encoding == CL_JSON_WRITE_JSON) {
            if (asciiOnly) return out + cl_json_escape_unicode(p, length, out);
            memcpy(out, p, length);
            return out + length;
        }
        if (column.encoding == CL_JSON_WRITE_DIGITS) {
            if (cl_json_is_number(p, length)) {
                memcpy(out, p, length);
                return out + length;
            }
            if (isNotFinite(p, length)) {
                notFinite++;
                return writeNull(out);
            }
        }
        *out++ = '"';
        out = writeContent(p, end, asciiOnly, out);
        *out++ = '"';
        return out;
    }
    case CL_JSON_WRITE_TIMESTAMP_ZONED:
    case CL_JSON_WRITE_TIMESTAMP:
    case CL_JSON_WRITE_DATE:
    case CL_JSON_WRITE_TIME:
        *out++ = '"';
        out = writeMoment(static_cast<const int64_t *>(column.values)[row], column.encoding, out);
        *out++ = '"';
        return out;
    default: return writeNull(out);
    }
}

static inline uint8_t *writePrefix(const cl_json_writable &column, uint8_t *out) {
    // Prefixes are padded like every other text.
    memcpy(out, column.prefix, 16);
    if (column.prefix_length > 16) memcpy(out + 16, column.prefix + 16, column.prefix_length - 16);
    return out + column.prefix_length;
}

}  // namespace cartload

extern "C" {

size_t cl_json_row_bound(const cl_json_writable *columns, size_t column_count, size_t row) {
    size_t bound = 64;
    for (size_t i = 0; i < column_count; i++) {
        bound += columns[i].prefix_length + 40;
        int32_t encoding = columns[i].encoding;
        if (encoding == CL_JSON_WRITE_STRING || encoding == CL_JSON_WRITE_JSON || encoding == CL_JSON_WRITE_DIGITS) {
            const int32_t *offsets = static_cast<const int32_t *>(columns[i].values);
            bound += size_t(offsets[row + 1] - offsets[row]) * 6;
        }
    }
    return bound;
}

size_t cl_json_write_rows(
    const cl_json_writable *columns, size_t column_count, const int32_t *rows, size_t first, size_t count,
    uint8_t *output, size_t capacity, size_t *written, int32_t *ends, int32_t base, uint32_t flags, size_t *not_finite) {
    const bool asciiOnly = (flags & CL_JSON_ASCII_ONLY) != 0;
    uint8_t *out = output;
    size_t notFinite = 0, done = 0;
    for (; done < count; done++) {
        const size_t row = rows ? size_t(rows[done]) : first + done;
        if (size_t(output + capacity - out) < cl_json_row_bound(columns, column_count, row)) break;
        if (column_count == 0) *out++ = '{';
        for (size_t i = 0; i < column_count; i++) {
            out = writePrefix(columns[i], out);
            out = writeCell(columns[i], row, asciiOnly, out, notFinite);
        }
        *out++ = '}';
        *out++ = '\n';
        if (ends) ends[done] = base + int32_t(out - output);
    }
    *written = size_t(out - output);
    *not_finite += notFinite;
    return done;
}

size_t cl_json_write_string(const uint8_t *text, size_t length, uint32_t flags, uint8_t *output) {
    uint8_t *out = output;
    *out++ = '"';
    out = writeContent(text, text + length, (flags & CL_JSON_ASCII_ONLY) != 0, out);
    *out++ = '"';
    return size_t(out - output);
}

size_t cl_json_escape_unicode(const uint8_t *text, size_t length, uint8_t *output) {
    uint8_t *out = output;
    const uint8_t *p = text, *end = text + length;
    while (p < end) {
        if (*p < 0x80) *out++ = *p++;
        else out = writeScalar(p, end, out);
    }
    return size_t(out - output);
}

size_t cl_json_format_moment(int64_t value, int32_t encoding, uint8_t *output) {
    return size_t(writeMoment(value, encoding, output) - output);
}

}  // extern "C"
