// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "include/CHTTP.h"

namespace cartload {

/// The head of an answer, as far as it does not depend on the connection.
class ResponseHead {
  public:
    /// False when a field has a character that would end it early, or that no name may have.
    static bool write(std::string &text, const cl_http_response &response) {
        start(text, response.status);
        for (size_t index = 0; index < response.field_count; index++) {
            const cl_http_field &field = response.fields[index];
            std::string_view name(response.text + field.name.start, field.name.count);
            std::string_view value(response.text + field.value.start, field.value.count);
            if (!isName(name) || !isValue(value)) return false;
            if (isOurs(name)) continue;
            text.append(name).append(": ").append(value).append("\r\n");
        }
        return true;
    }

    static void start(std::string &text, int status) {
        text.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
    }

    static const char *reason(int status) {
        switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
        }
    }

  private:
    static bool isName(std::string_view name) {
        if (name.empty()) return false;
        for (char byte : name) {
            bool isAlphanumeric =
                (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
            if (!isAlphanumeric && std::string_view("!#$%&'*+-.^_`|~").find(byte) == std::string_view::npos) return false;
        }
        return true;
    }

    static bool isValue(std::string_view value) {
        for (char byte : value)
            if ((static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == 0x7f) return false;
        return true;
    }

    /// Framing and the connection are the server's; so is the clock.
    static bool isOurs(std::string_view name) {
        for (std::string_view ours : {"content-length", "transfer-encoding", "connection", "keep-alive", "date", "upgrade"}) {
            if (ours.size() != name.size()) continue;
            size_t index = 0;
            while (index < ours.size() && (name[index] | 32) == ours[index]) index++;
            if (index == ours.size()) return true;
        }
        return false;
    }
};

}  // namespace cartload
