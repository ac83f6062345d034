// SPDX-License-Identifier: Apache-2.0
#include "CRE2.h"

#include <re2/re2.h>

#include <cstdio>
#include <new>

struct cl_regex {
    re2::RE2 pattern;
    cl_regex(const re2::StringPiece &text, const re2::RE2::Options &options) : pattern(text, options) {}
};

extern "C" {

cl_regex *cl_regex_create(
    const char *pattern, size_t count, const char *options, size_t option_count, char *message, size_t capacity) {
    try {
        re2::RE2::Options settings;
        settings.set_log_errors(false);
        for (size_t i = 0; i < option_count; i++) {
            if (options[i] == 'i') settings.set_case_sensitive(false);
            if (options[i] == 's') settings.set_dot_nl(true);
            if (options[i] == 'l') settings.set_literal(true);
        }
        auto *regex = new cl_regex(re2::StringPiece(pattern, count), settings);
        if (!regex->pattern.ok()) {
            std::snprintf(message, capacity, "%s", regex->pattern.error().c_str());
            delete regex;
            return nullptr;
        }
        return regex;
    } catch (...) {
        std::snprintf(message, capacity, "out of memory");
        return nullptr;
    }
}

void cl_regex_destroy(cl_regex *regex) { delete regex; }

int cl_regex_groups(const cl_regex *regex) { return regex->pattern.NumberOfCapturingGroups(); }

bool cl_regex_match(
    const cl_regex *regex, const char *text, size_t count, size_t from, bool anchored, int group_count,
    int64_t *spans) {
    re2::StringPiece groups[10];
    if (group_count > 10) group_count = 10;
    // RE2 reads a null data pointer as "no text"; an empty text needs a place.
    const char *base = text ? text : "";
    re2::StringPiece piece(base, count);
    auto anchor = anchored ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    auto *places = group_count > 0 ? groups : nullptr;
    if (!regex->pattern.Match(piece, from, count, anchor, places, group_count)) return false;
    for (int i = 0; i < group_count; i++) {
        if (groups[i].data() == nullptr) {
            spans[2 * i] = spans[2 * i + 1] = -1;
        } else {
            spans[2 * i] = groups[i].data() - base;
            spans[2 * i + 1] = spans[2 * i] + static_cast<int64_t>(groups[i].size());
        }
    }
    return true;
}
}
