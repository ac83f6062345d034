// SPDX-License-Identifier: Apache-2.0
#ifndef CBYTESCAN_H
#define CBYTESCAN_H
#include <stdint.h>
#include <string.h>

// Which of 64 bytes are one of a few values, as bit masks: the one thing Swift's SIMD types have no instruction for
// (pmovmskb). Inlined into the Swift loops that use them. All functions read exactly 64 bytes.

#if defined(__SSE2__)
typedef char cl_v16 __attribute__((vector_size(16)));
typedef unsigned char cl_u16 __attribute__((vector_size(16)));

static inline uint64_t cl_scan_bits(cl_v16 a, cl_v16 b, cl_v16 c, cl_v16 d) {
    uint64_t lower = (uint32_t)__builtin_ia32_pmovmskb128(a) | (uint64_t)(uint32_t)__builtin_ia32_pmovmskb128(b) << 16;
    uint64_t upper = (uint32_t)__builtin_ia32_pmovmskb128(c) | (uint64_t)(uint32_t)__builtin_ia32_pmovmskb128(d) << 16;
    return lower | upper << 32;
}

static inline cl_v16 cl_scan_load(const uint8_t *at) {
    cl_v16 value;
    memcpy(&value, at, 16);
    return value;
}

static inline cl_v16 cl_scan_splat(uint8_t byte) { return (cl_v16){} + (char)byte; }

static inline uint64_t cl_scan_is(cl_v16 a, cl_v16 b, cl_v16 c, cl_v16 d, uint8_t byte) {
    cl_v16 wanted = cl_scan_splat(byte);
    return cl_scan_bits((cl_v16)(a == wanted), (cl_v16)(b == wanted), (cl_v16)(c == wanted), (cl_v16)(d == wanted));
}

static inline uint64_t cl_scan_upto(cl_v16 a, cl_v16 b, cl_v16 c, cl_v16 d, uint8_t byte) {
    cl_u16 most = (cl_u16)cl_scan_splat(byte);
    return cl_scan_bits(
        (cl_v16)((cl_u16)a <= most), (cl_v16)((cl_u16)b <= most), (cl_v16)((cl_u16)c <= most),
        (cl_v16)((cl_u16)d <= most));
}

typedef struct cl_line_masks { uint64_t feeds, spaces; } cl_line_masks;
/// Line feeds, and bytes up to and including the space.
static inline cl_line_masks cl_scan_lines(const uint8_t *p) {
    cl_v16 a = cl_scan_load(p), b = cl_scan_load(p + 16), c = cl_scan_load(p + 32), d = cl_scan_load(p + 48);
    cl_line_masks masks = { cl_scan_is(a, b, c, d, 10), cl_scan_upto(a, b, c, d, 32) };
    return masks;
}

typedef struct cl_cell_masks { uint64_t quotes, delimiters, feeds, returns, high; } cl_cell_masks;
/// Quotes, delimiters, line feeds, carriage returns, and bytes outside ASCII.
static inline cl_cell_masks cl_scan_cells(const uint8_t *p, uint8_t quote, uint8_t delimiter) {
    cl_v16 a = cl_scan_load(p), b = cl_scan_load(p + 16), c = cl_scan_load(p + 32), d = cl_scan_load(p + 48);
    cl_cell_masks masks = {
        cl_scan_is(a, b, c, d, quote), cl_scan_is(a, b, c, d, delimiter), cl_scan_is(a, b, c, d, 10),
        cl_scan_is(a, b, c, d, 13), cl_scan_bits(a, b, c, d),
    };
    return masks;
}

/// Bytes of one value.
static inline uint64_t cl_scan_byte(const uint8_t *p, uint8_t byte) {
    cl_v16 a = cl_scan_load(p), b = cl_scan_load(p + 16), c = cl_scan_load(p + 32), d = cl_scan_load(p + 48);
    return cl_scan_is(a, b, c, d, byte);
}
#else
typedef struct cl_line_masks { uint64_t feeds, spaces; } cl_line_masks;
typedef struct cl_cell_masks { uint64_t quotes, delimiters, feeds, returns, high; } cl_cell_masks;

static inline cl_line_masks cl_scan_lines(const uint8_t *p) {
    cl_line_masks masks = { 0, 0 };
    for (int i = 0; i < 64; i++) {
        masks.feeds |= (uint64_t)(p[i] == 10) << i;
        masks.spaces |= (uint64_t)(p[i] <= 32) << i;
    }
    return masks;
}

static inline cl_cell_masks cl_scan_cells(const uint8_t *p, uint8_t quote, uint8_t delimiter) {
    cl_cell_masks masks = { 0, 0, 0, 0, 0 };
    for (int i = 0; i < 64; i++) {
        masks.quotes |= (uint64_t)(p[i] == quote) << i;
        masks.delimiters |= (uint64_t)(p[i] == delimiter) << i;
        masks.feeds |= (uint64_t)(p[i] == 10) << i;
        masks.returns |= (uint64_t)(p[i] == 13) << i;
        masks.high |= (uint64_t)(p[i] >> 7) << i;
    }
    return masks;
}

static inline uint64_t cl_scan_byte(const uint8_t *p, uint8_t byte) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)(p[i] == byte) << i;
    return mask;
}
#endif
#endif
