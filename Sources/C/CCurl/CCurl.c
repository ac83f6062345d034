// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)
#define OPTION(name) SAME(CL_CURL_##name, CURLOPT_##name)
#define CODE(name) SAME(CL_CURL_##name, CURLE_##name)

OPTION(WRITEDATA);
OPTION(URL);
OPTION(PROXY);
OPTION(ERRORBUFFER);
OPTION(POSTFIELDS);
OPTION(LOW_SPEED_LIMIT);
OPTION(LOW_SPEED_TIME);
OPTION(HTTPHEADER);
OPTION(HEADERDATA);
OPTION(CUSTOMREQUEST);
OPTION(NOBODY);
OPTION(POST);
OPTION(FOLLOWLOCATION);
OPTION(SSL_VERIFYPEER);
OPTION(CAINFO);
OPTION(HTTPGET);
OPTION(SSL_VERIFYHOST);
OPTION(HTTP_VERSION);
OPTION(BUFFERSIZE);
OPTION(NOSIGNAL);
OPTION(ACCEPT_ENCODING);
OPTION(TIMEOUT_MS);
OPTION(CONNECTTIMEOUT_MS);
OPTION(PATH_AS_IS);
OPTION(SUPPRESS_CONNECT_HEADERS);
OPTION(POSTFIELDSIZE_LARGE);
OPTION(PROTOCOLS_STR);
OPTION(QUICK_EXIT);
CODE(OK);
CODE(UNSUPPORTED_PROTOCOL);
CODE(URL_MALFORMAT);
CODE(COULDNT_RESOLVE_PROXY);
CODE(COULDNT_RESOLVE_HOST);
CODE(COULDNT_CONNECT);
CODE(WEIRD_SERVER_REPLY);
CODE(PARTIAL_FILE);
CODE(WRITE_ERROR);
CODE(OPERATION_TIMEDOUT);
CODE(SSL_CONNECT_ERROR);
CODE(GOT_NOTHING);
CODE(SEND_ERROR);
CODE(RECV_ERROR);
CODE(SSL_CERTPROBLEM);
CODE(SSL_CIPHER);
CODE(PEER_FAILED_VERIFICATION);
CODE(BAD_CONTENT_ENCODING);
CODE(SSL_CACERT_BADFILE);
CODE(SSL_ISSUER_ERROR);
SAME(CL_CURL_PAUSE, CURL_WRITEFUNC_PAUSE);
SAME(CL_CURL_ERROR_SIZE, CURL_ERROR_SIZE);

// Every function that is used, found by name; the type comes from libcurl's own header.
#define FUNCTIONS(use)                                                                                                       \
    use(curl_global_init) use(curl_easy_init) use(curl_easy_reset) use(curl_easy_cleanup) use(curl_easy_setopt)              \
    use(curl_easy_getinfo) use(curl_easy_pause) use(curl_easy_strerror) use(curl_slist_append) use(curl_slist_free_all)      \
    use(curl_multi_init) use(curl_multi_setopt) use(curl_multi_add_handle) use(curl_multi_remove_handle)                     \
    use(curl_multi_perform) use(curl_multi_info_read) use(curl_multi_poll) use(curl_multi_wakeup)

// libcurl's header wraps some of them in macros that check types.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define DECLARE(name) __typeof__(name) *name;
static struct { FUNCTIONS(DECLARE) } curl;
static bool is_loaded;

bool cl_curl_load(char *message, size_t capacity) {
    if (is_loaded) return true;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *words = dlerror();
        snprintf(message, capacity, "%s", words ? words : "it cannot be loaded");
        return false;
    }
#define FIND(name)                                                                                                           \
    if (!(curl.name = (__typeof__(name) *)dlsym(library, #name))) {                                                          \
        snprintf(message, capacity, "it has no %s", #name);                                                                  \
        return false;                                                                                                        \
    }
    FUNCTIONS(FIND)
    CURLcode code = curl.curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        snprintf(message, capacity, "%s", curl.curl_easy_strerror(code));
        return false;
    }
    is_loaded = true;
    return true;
}

cl_curl_easy *cl_curl_easy_new(void) { return (cl_curl_easy *)curl.curl_easy_init(); }
void cl_curl_easy_reset(cl_curl_easy *easy) { curl.curl_easy_reset((CURL *)easy); }
void cl_curl_easy_free(cl_curl_easy *easy) { curl.curl_easy_cleanup((CURL *)easy); }

int cl_curl_set_number(cl_curl_easy *easy, cl_curl_option option, int64_t value) {
    if ((int)option >= CURLOPTTYPE_OFF_T) return curl.curl_easy_setopt((CURL *)easy, (CURLoption)option, (curl_off_t)value);
    return curl.curl_easy_setopt((CURL *)easy, (CURLoption)option, (long)value);
}

int cl_curl_set_pointer(cl_curl_easy *easy, cl_curl_option option, const void *value) {
    return curl.curl_easy_setopt((CURL *)easy, (CURLoption)option, value);
}

int cl_curl_set_receivers(cl_curl_easy *easy, cl_curl_receiver header, cl_curl_receiver body) {
    int code = curl.curl_easy_setopt((CURL *)easy, CURLOPT_HEADERFUNCTION, header);
    return code ? code : (int)curl.curl_easy_setopt((CURL *)easy, CURLOPT_WRITEFUNCTION, body);
}

long cl_curl_status(cl_curl_easy *easy) {
    long status = 0;
    curl.curl_easy_getinfo((CURL *)easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *cl_curl_redirect(cl_curl_easy *easy) {
    const char *url = NULL;
    curl.curl_easy_getinfo((CURL *)easy, CURLINFO_REDIRECT_URL, &url);
    return url;
}

int cl_curl_easy_resume(cl_curl_easy *easy) { return curl.curl_easy_pause((CURL *)easy, CURLPAUSE_CONT); }
const char *cl_curl_words(int code) { return curl.curl_easy_strerror((CURLcode)code); }

cl_curl_list *cl_curl_list_append(cl_curl_list *list, const char *line) {
    return (cl_curl_list *)curl.curl_slist_append((struct curl_slist *)list, line);
}
void cl_curl_list_free(cl_curl_list *list) { curl.curl_slist_free_all((struct curl_slist *)list); }

cl_curl_multi *cl_curl_multi_new(long connections) {
    CURLM *multi = curl.curl_multi_init();
    if (multi) curl.curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
    return (cl_curl_multi *)multi;
}

int cl_curl_multi_add(cl_curl_multi *multi, cl_curl_easy *easy) {
    return curl.curl_multi_add_handle((CURLM *)multi, (CURL *)easy);
}

int cl_curl_multi_remove(cl_curl_multi *multi, cl_curl_easy *easy) {
    return curl.curl_multi_remove_handle((CURLM *)multi, (CURL *)easy);
}

int cl_curl_multi_perform(cl_curl_multi *multi) {
    int running = 0;
    return curl.curl_multi_perform((CURLM *)multi, &running);
}

cl_curl_easy *cl_curl_multi_done(cl_curl_multi *multi, int *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl.curl_multi_info_read((CURLM *)multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return (cl_curl_easy *)message->easy_handle;
    }
    return NULL;
}

int cl_curl_multi_wait(cl_curl_multi *multi, int milliseconds) {
    return curl.curl_multi_poll((CURLM *)multi, NULL, 0, milliseconds, NULL);
}

int cl_curl_multi_wake(cl_curl_multi *multi) { return curl.curl_multi_wakeup((CURLM *)multi); }
