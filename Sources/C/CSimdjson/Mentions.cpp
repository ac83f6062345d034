// SPDX-License-Identifier: Apache-2.0
// Looks for a name in the text of many records at once.
#include <cstring>
#include "CSimdjson.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

extern "C" int cl_json_mentions(const uint8_t *text, size_t length, const uint8_t *name, size_t name_length) {
    if (length < name_length) return 0;
    const size_t last = length - name_length;  // the last place where it can begin
    size_t at = 0;
#if defined(__SSE2__)
    // Places where its second and its last byte fit: names begin with a quotation mark, of which there are many.
    const __m128i second = _mm_set1_epi8((char)name[1]), end = _mm_set1_epi8((char)name[name_length - 1]);
    for (; at + 16 <= last + 1; at += 16) {
        const __m128i a = _mm_loadu_si128((const __m128i *)(text + at + 1));
        const __m128i b = _mm_loadu_si128((const __m128i *)(text + at + name_length - 1));
        unsigned bits = (unsigned)_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(a, second), _mm_cmpeq_epi8(b, end)));
        for (; bits; bits &= bits - 1)
            if (memcmp(text + at + __builtin_ctz(bits), name, name_length) == 0) return 1;
    }
#endif
    for (; at <= last; at++)
        if (memcmp(text + at, name, name_length) == 0) return 1;
    return 0;
}
