// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_CISAL_SHIM_H
#define CARTLOAD_CISAL_SHIM_H
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Both states hold arrays too long for Swift's importer, so they stay behind pointers.

/// A reusable level 1 compressor that writes whole gzip members.
typedef struct cl_isal_writer {
    struct isal_zstream stream;
    uint8_t level[ISAL_DEF_LVL1_DEFAULT];
} cl_isal_writer;

static inline void *cl_isal_writer_create(void) {
    cl_isal_writer *writer = (cl_isal_writer *)malloc(sizeof(cl_isal_writer));
    if (writer) isal_deflate_init(&writer->stream);
    return writer;
}

static inline void cl_isal_writer_destroy(void *writer) { free(writer); }

/// Writes one gzip member; returns its length, or 0 when `capacity` was too small.
static inline size_t cl_isal_writer_write(
    void *opaque, const uint8_t *input, uint32_t count, uint8_t *output, uint32_t capacity
) {
    cl_isal_writer *writer = (cl_isal_writer *)opaque;
    struct isal_zstream *stream = &writer->stream;
    isal_deflate_reset(stream);
    stream->level = 1;
    stream->level_buf = writer->level;
    stream->level_buf_size = sizeof(writer->level);
    stream->gzip_flag = IGZIP_GZIP;
    stream->flush = NO_FLUSH;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)input;
    stream->avail_in = count;
    stream->next_out = output;
    stream->avail_out = capacity;
    if (isal_deflate(stream) != COMP_OK || stream->internal_state.state != ZSTATE_END) return 0;
    return capacity - stream->avail_out;
}

static inline void *cl_isal_reader_create(void) {
    struct inflate_state *state = (struct inflate_state *)malloc(sizeof(struct inflate_state));
    if (state) {
        isal_inflate_init(state);
        state->crc_flag = ISAL_GZIP_NO_HDR_VER;  // the header is read in Swift; the trailer is checked
    }
    return state;
}

static inline void cl_isal_reader_destroy(void *state) { free(state); }

/// Makes ready for the next gzip member.
static inline void cl_isal_reader_reset(void *opaque) {
    struct inflate_state *state = (struct inflate_state *)opaque;
    isal_inflate_reset(state);
    state->crc_flag = ISAL_GZIP_NO_HDR_VER;  // the header is read in Swift; the trailer is checked
}

/// What one step of reading did.
typedef struct cl_isal_step {
    /// An ISA-L code: 0 when all is well.
    int code;
    /// Whether the member ended, its checksum checked.
    int finished;
    size_t consumed;
    size_t produced;
} cl_isal_step;

static inline cl_isal_step cl_isal_reader_step(
    void *opaque, const uint8_t *input, uint32_t available, uint8_t *output, uint32_t capacity
) {
    struct inflate_state *state = (struct inflate_state *)opaque;
    state->next_in = (uint8_t *)input;
    state->avail_in = available;
    state->next_out = output;
    state->avail_out = capacity;
    cl_isal_step step;
    step.code = isal_inflate(state);
    step.finished = state->block_state == ISAL_BLOCK_FINISH;
    step.consumed = available - state->avail_in;
    step.produced = capacity - state->avail_out;
    return step;
}
#endif
