// SPDX-License-Identifier: Apache-2.0
// RE2 behind a C ABI: compile once, match many; no exceptions and no C++ types cross this line.
#ifndef CRE2_H
#define CRE2_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct cl_regex cl_regex;

/// Compiles a pattern. `options` holds letters: i (ignore case), s (. matches newline), l (literal).
/// Returns NULL and writes a message of at most `capacity` bytes, NUL included, when it is not a valid pattern.
cl_regex *cl_regex_create(
    const char *pattern, size_t count, const char *options, size_t option_count, char *message, size_t capacity);
void cl_regex_destroy(cl_regex *);

/// How many capturing groups the pattern has.
int cl_regex_groups(const cl_regex *);

/// Finds the first match at or after `from`; `spans` receives start and end of the groups 0..<group_count, or -1.
/// With `anchored` the whole text must match.
bool cl_regex_match(
    const cl_regex *, const char *text, size_t count, size_t from, bool anchored, int group_count, int64_t *spans);
#ifdef __cplusplus
}
#endif
#endif
