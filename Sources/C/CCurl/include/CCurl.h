// SPDX-License-Identifier: Apache-2.0
// libcurl without variadic calls, loaded when it is first needed: it brings thirty libraries, which a program that makes no
// request would otherwise pay for at every start.
#ifndef CCURL_H
#define CCURL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cl_curl_easy cl_curl_easy;
typedef struct cl_curl_multi cl_curl_multi;
typedef struct cl_curl_list cl_curl_list;

/// What is set; the numbers are libcurl's, which the .c file checks.
typedef enum cl_curl_option {
    CL_CURL_WRITEDATA = 10001,
    CL_CURL_URL = 10002,
    CL_CURL_PROXY = 10004,
    CL_CURL_ERRORBUFFER = 10010,
    CL_CURL_POSTFIELDS = 10015,
    CL_CURL_LOW_SPEED_LIMIT = 19,
    CL_CURL_LOW_SPEED_TIME = 20,
    CL_CURL_HTTPHEADER = 10023,
    CL_CURL_HEADERDATA = 10029,
    CL_CURL_CUSTOMREQUEST = 10036,
    CL_CURL_NOBODY = 44,
    CL_CURL_POST = 47,
    CL_CURL_FOLLOWLOCATION = 52,
    CL_CURL_SSL_VERIFYPEER = 64,
    CL_CURL_CAINFO = 10065,
    CL_CURL_HTTPGET = 80,
    CL_CURL_SSL_VERIFYHOST = 81,
    CL_CURL_HTTP_VERSION = 84,
    CL_CURL_BUFFERSIZE = 98,
    CL_CURL_NOSIGNAL = 99,
    CL_CURL_ACCEPT_ENCODING = 10102,
    CL_CURL_TIMEOUT_MS = 155,
    CL_CURL_CONNECTTIMEOUT_MS = 156,
    CL_CURL_PATH_AS_IS = 234,
    CL_CURL_SUPPRESS_CONNECT_HEADERS = 265,
    CL_CURL_QUICK_EXIT = 322,
    CL_CURL_POSTFIELDSIZE_LARGE = 30120,
    CL_CURL_PROTOCOLS_STR = 10318,
} cl_curl_option;

/// The results that are told apart; again libcurl's numbers.
typedef enum cl_curl_code {
    CL_CURL_OK = 0,
    CL_CURL_UNSUPPORTED_PROTOCOL = 1,
    CL_CURL_URL_MALFORMAT = 3,
    CL_CURL_COULDNT_RESOLVE_PROXY = 5,
    CL_CURL_COULDNT_RESOLVE_HOST = 6,
    CL_CURL_COULDNT_CONNECT = 7,
    CL_CURL_WEIRD_SERVER_REPLY = 8,
    CL_CURL_PARTIAL_FILE = 18,
    CL_CURL_WRITE_ERROR = 23,
    CL_CURL_OPERATION_TIMEDOUT = 28,
    CL_CURL_SSL_CONNECT_ERROR = 35,
    CL_CURL_GOT_NOTHING = 52,
    CL_CURL_SEND_ERROR = 55,
    CL_CURL_RECV_ERROR = 56,
    CL_CURL_SSL_CERTPROBLEM = 58,
    CL_CURL_SSL_CIPHER = 59,
    CL_CURL_PEER_FAILED_VERIFICATION = 60,
    CL_CURL_BAD_CONTENT_ENCODING = 61,
    CL_CURL_SSL_CACERT_BADFILE = 77,
    CL_CURL_SSL_ISSUER_ERROR = 83,
} cl_curl_code;

/// What a write callback returns to stop a transfer's reading until `cl_curl_easy_resume`.
#define CL_CURL_PAUSE 0x10000001

/// Room for libcurl's own words about a failure.
#define CL_CURL_ERROR_SIZE 256

/// Receives a header line or a piece of the body; anything but `count` or `CL_CURL_PAUSE` ends the transfer.
typedef size_t (*cl_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

/// Loads and initialises the library, once; the caller sees to it that two threads do not do so together.
/// Returns false with a message when it is not there or too old.
bool cl_curl_load(char *message, size_t capacity);

cl_curl_easy *cl_curl_easy_new(void);
void cl_curl_easy_reset(cl_curl_easy *);
void cl_curl_easy_free(cl_curl_easy *);
int cl_curl_set_number(cl_curl_easy *, cl_curl_option, int64_t);
/// Sets a text, which is copied (except POSTFIELDS), or a context, buffer or list, which must stay.
int cl_curl_set_pointer(cl_curl_easy *, cl_curl_option, const void *);
/// Sets who receives the header lines and the body.
int cl_curl_set_receivers(cl_curl_easy *, cl_curl_receiver header, cl_curl_receiver body);
long cl_curl_status(cl_curl_easy *);
/// The absolute URL that an answer redirects to, or NULL; valid until the handle is used again.
const char *cl_curl_redirect(cl_curl_easy *);
/// Goes on with a paused transfer; may call the body's receiver before it returns.
int cl_curl_easy_resume(cl_curl_easy *);
const char *cl_curl_words(int code);

/// Appends a copy of a line; NULL when there is no memory, and then the old list still stands.
cl_curl_list *cl_curl_list_append(cl_curl_list *, const char *line);
void cl_curl_list_free(cl_curl_list *);

/// A set of transfers that keeps at most `connections` idle connections.
cl_curl_multi *cl_curl_multi_new(long connections);
int cl_curl_multi_add(cl_curl_multi *, cl_curl_easy *);
int cl_curl_multi_remove(cl_curl_multi *, cl_curl_easy *);
/// Does what can be done without waiting.
int cl_curl_multi_perform(cl_curl_multi *);
/// The next transfer that has ended, and how; NULL when there is none.
cl_curl_easy *cl_curl_multi_done(cl_curl_multi *, int *code);
/// Waits for the network, a timer or a wake-up.
int cl_curl_multi_wait(cl_curl_multi *, int milliseconds);
/// Ends a wait; the only call that any thread may make.
int cl_curl_multi_wake(cl_curl_multi *);

#endif
