// SPDX-License-Identifier: Apache-2.0
// Numbers to and from text, and the shape of dates and times.
#include "Number.hpp"

using namespace cartload;

extern "C" {

size_t cl_json_format_double(double value, uint8_t *output) {
    char *start = reinterpret_cast<char *>(output);
    char *end = std::to_chars(start, start + 32, value).ptr;
    for (char *p = start; p < end; p++)
        if (*p == '.' || *p == 'e') return size_t(end - start);
    *end++ = '.';
    *end++ = '0';
    return size_t(end - start);
}

int cl_json_is_number(const uint8_t *text, size_t length) {
    char copy[64];
    const uint8_t *p = text;
    if (length == 0) return 0;
    // The check reads up to the first byte that cannot belong to a number, so one must follow.
    if (length < sizeof copy) {
        memcpy(copy, text, length);
        copy[length] = 0;
        p = reinterpret_cast<const uint8_t *>(copy);
        return numberEnd(p) == p + length;
    }
    bool fraction = false, exponent = false;
    size_t i = text[0] == '-' ? 1 : 0, digits = 0;
    const size_t first = i;
    for (; i < length; i++) {
        uint8_t c = text[i];
        if (isDigit(c)) {
            digits++;
        } else if (c == '.' && !fraction && !exponent && digits > 0) {
            if (text[first] == '0' && i - first > 1) return 0;
            fraction = true;
            digits = 0;
        } else if ((c | 0x20) == 'e' && !exponent && digits > 0) {
            if (!fraction && text[first] == '0' && i - first > 1) return 0;
            exponent = true;
            digits = 0;
            if (i + 1 < length && (text[i + 1] == '+' || text[i + 1] == '-')) i++;
        } else {
            return 0;
        }
    }
    if (!fraction && !exponent && text[first] == '0' && length - first > 1) return 0;
    return digits > 0;
}

int cl_json_parse_double(const uint8_t *text, size_t length, double *value) {
    if (!cl_json_is_number(text, length)) return 0;
    auto start = reinterpret_cast<const char *>(text);
    auto read = std::from_chars(start, start + length, *value);
    return read.ec == std::errc() && read.ptr == start + length && std::isfinite(*value);
}

int cl_json_parse_int64(const uint8_t *text, size_t length, int64_t *value) {
    size_t i = length > 0 && text[0] == '-' ? 1 : 0;
    if (i == length) return 0;
    for (size_t k = i; k < length; k++)
        if (!isDigit(text[k])) return 0;
    auto start = reinterpret_cast<const char *>(text);
    auto read = std::from_chars(start, start + length, *value);
    return read.ec == std::errc() ? 1 : 2;
}

static bool number2(const uint8_t *p, int low, int high) {
    if (!isDigit(p[0]) || !isDigit(p[1])) return false;
    int value = (p[0] - '0') * 10 + (p[1] - '0');
    return value >= low && value <= high;
}

static bool isDate(const uint8_t *p, size_t length) {
    // Years 0001 to 9999, which is what RFC 3339 and every system that takes dates agree on.
    if (length != 10) return false;
    for (size_t i = 0; i < 4; i++)
        if (!isDigit(p[i])) return false;
    int year = (p[0] - '0') * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
    if (year == 0) return false;
    p += 4;
    if (p[0] != '-' || p[3] != '-' || !number2(p + 1, 1, 12) || !number2(p + 4, 1, 31)) return false;
    bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const uint8_t days[] = {31, uint8_t(isLeap ? 29 : 28), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int month = (p[1] - '0') * 10 + (p[2] - '0'), day = (p[4] - '0') * 10 + (p[5] - '0');
    return day <= days[month - 1];
}

/// `HH:MM[:SS[.fraction]]`, then optionally a zone: `Z`, `+HH`, `+HHMM` or `+HH:MM`.
static bool isTime(const uint8_t *p, size_t length) {
    const uint8_t *end = p + length;
    if (length < 5 || !number2(p, 0, 23) || p[2] != ':' || !number2(p + 3, 0, 59)) return false;
    p += 5;
    if (end - p >= 3 && *p == ':') {
        if (!number2(p + 1, 0, 60)) return false;
        p += 3;
        if (p < end && (*p == '.' || *p == ',')) {
            const uint8_t *digits = ++p;
            while (p < end && isDigit(*p)) p++;
            if (p == digits) return false;
        }
    }
    if (p == end) return true;
    if (*p == ' ' && end - p > 1) p++;
    if (*p == 'Z' || *p == 'z') return p + 1 == end;
    if (*p != '+' && *p != '-') return false;
    p++;
    if (end - p < 2 || !number2(p, 0, 23)) return false;
    p += 2;
    if (p == end) return true;
    if (*p == ':') p++;
    return end - p == 2 && number2(p, 0, 59);
}

int cl_json_has_form(const uint8_t *text, size_t length, int32_t form) {
    if (form == CL_JSON_FORM_DATE) return isDate(text, length);
    if (form == CL_JSON_FORM_TIME) return isTime(text, length);
    if (length > 10 && (text[10] == 'T' || text[10] == ' ' || text[10] == 't'))
        return isDate(text, 10) && isTime(text + 11, length - 11);
    return isDate(text, length);
}

}  // extern "C"
