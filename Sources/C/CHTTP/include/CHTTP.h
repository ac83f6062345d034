// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server on Boost.Beast's parser and Asio's loops, without C++ in its interface. It frames, limits and times;
// what an answer says is its caller's business. No exception leaves it.
#ifndef CHTTP_H
#define CHTTP_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Readable zero bytes after the memory of heads and bodies.
#define CL_HTTP_PADDING 64

typedef struct cl_http_server cl_http_server;

/// A part of a text, by its place in it.
typedef struct cl_http_span {
    uint32_t start;
    uint32_t count;
} cl_http_span;

typedef struct cl_http_field {
    cl_http_span name;
    cl_http_span value;
} cl_http_field;

/// The body of answers with a status to requests that no handler sees.
typedef struct cl_http_refusal {
    int status;
    const char *text;
    size_t count;
} cl_http_refusal;

typedef struct cl_http_options {
    /// A name or an address; it is resolved when the server starts.
    const char *host;
    uint16_t port;
    uint16_t loops;
    uint32_t backlog;
    uint32_t maximum_connections;
    uint32_t maximum_header_bytes;
    uint64_t maximum_body_bytes;
    /// The bytes of request bodies in flight, of all connections together; at least `maximum_body_bytes`.
    uint64_t body_budget;
    uint32_t idle_ms;
    uint32_t header_ms;
    uint32_t body_ms;
    /// So many bytes of a body give its client another second.
    uint32_t body_rate;
    uint32_t write_ms;
    /// Paths of PEM files; NULL for plain HTTP.
    const char *certificate;
    const char *private_key;
    /// Copied, with their content type; a status that is not among them gets no body.
    const char *refusal_type;
    const cl_http_refusal *refusals;
    size_t refusal_count;
} cl_http_options;

typedef struct cl_http_request {
    /// Names this request in every later call.
    uint64_t id;
    /// From malloc, for the callee to free: the text that the spans are of, then the fields.
    char *head;
    size_t head_count;
    size_t fields_offset;
    size_t field_count;
    cl_http_span method;
    cl_http_span target;
    cl_http_span peer;
    /// From malloc, for the callee to free; NULL without a body.
    char *body;
    size_t body_count;
    /// How long ago its head was complete.
    uint64_t age_ns;
    uint8_t is_secure;
    uint8_t is_head;
} cl_http_request;

typedef struct cl_http_piece {
    const void *bytes;
    size_t count;
} cl_http_piece;

typedef struct cl_http_response {
    int status;
    /// Fields of `text`; those that frame the message or the connection are the server's and are left out.
    const char *text;
    const cl_http_field *fields;
    size_t field_count;
    const cl_http_piece *pieces;
    size_t piece_count;
    /// Given to `release` when the pieces are needed no more; NULL for nothing.
    void *holder;
    /// Pieces follow by cl_http_stream_write.
    uint8_t is_stream;
    uint8_t closes;
} cl_http_response;

typedef enum cl_http_event {
    /// The client has closed its side while its request is being handled.
    CL_HTTP_GONE = 1,
    /// So many bytes of a stream have been taken.
    CL_HTTP_WRITTEN = 2,
    /// The request's last event: its answer has been written; the value is how many bytes that were.
    CL_HTTP_DONE = 3,
    /// The request's last event: its connection is closed, the answer was not written whole.
    CL_HTTP_CUT = 4,
} cl_http_event;

/// All are called on a loop's thread and must not block.
typedef struct cl_http_callbacks {
    /// A request is complete. What is returned is given to `event` until the last one; NULL wants no events, and then
    /// the request must have been answered within the call.
    void *(*request)(void *context, const cl_http_request *);
    void (*event)(void *exchange, cl_http_event, uint64_t value);
    void (*release)(void *holder);
    /// Every connection and loop has ended; the last call.
    void (*stopped)(void *context);
} cl_http_callbacks;

typedef enum cl_http_failure {
    CL_HTTP_OK = 0,
    CL_HTTP_BAD_ADDRESS = 1,
    CL_HTTP_IN_USE = 2,
    CL_HTTP_NOT_ALLOWED = 3,
    CL_HTTP_BAD_CERTIFICATE = 4,
    CL_HTTP_SYSTEM = 5,
} cl_http_failure;

/// Listens: clients can connect, and wait. On failure `*server` is NULL and `message` says why.
cl_http_failure cl_http_open(
    const cl_http_options *, const cl_http_callbacks *, void *context, cl_http_server **server, char *message,
    size_t capacity);
/// Starts the loops, once. After a failure it can only be freed.
cl_http_failure cl_http_run(cl_http_server *, char *message, size_t capacity);
/// The port it listens on.
uint16_t cl_http_port(const cl_http_server *);
/// How many connections are open.
uint32_t cl_http_connections(const cl_http_server *);
/// The bytes of the address it listens on, as text.
size_t cl_http_address(const cl_http_server *, char *text, size_t capacity);

/// Answers a request; any thread may call it. Returns 0 and does nothing when a field may not be sent as it is.
int cl_http_respond(cl_http_server *, uint64_t id, const cl_http_response *);
/// Adds a piece to a stream; empty ones are left out.
void cl_http_stream_write(cl_http_server *, uint64_t id, const void *bytes, size_t count, void *holder);
/// Ends a stream; or cuts the connection, so that the client sees that something is missing.
void cl_http_stream_end(cl_http_server *, uint64_t id, int is_whole);

/// Reads the certificate's files again, for connections that begin from now on.
cl_http_failure cl_http_reload(cl_http_server *, char *message, size_t capacity);
/// Only while it runs. Accepts no more, lets requests finish and closes; what is left after the time is cut. Again: with the shorter time.
void cl_http_drain(cl_http_server *, uint64_t within_ms);
/// After `stopped`, or when it never ran.
void cl_http_free(cl_http_server *);

#ifdef __cplusplus
}
#endif
#endif
