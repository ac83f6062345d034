// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <vector>

#include "Body.hpp"

namespace cartload {

namespace http = boost::beast::http;
using boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

inline bool equalsLowercase(string_view text, string_view lowercase) {
    if (text.size() != lowercase.size()) return false;
    for (size_t index = 0; index < text.size(); index++) {
        char byte = text[index];
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + 32);
        if (byte != lowercase[index]) return false;
    }
    return true;
}

/// Beast's parser without its containers: fields are noted by their place in the head, the body goes into its final memory.
///
/// Trailers are checked and dropped: merged into the fields they could change what a request means.
class RequestParser final : public http::basic_parser<true> {
  public:
    RequestParser(const char *head, Body &body, std::vector<cl_http_field> &fields, uint32_t headerLimit)
        : head(head), body(body), fields(fields) {
        fields.clear();
        header_limit(headerLimit);
        body_limit(boost::none);
        eager(true);
    }

    /// The most bytes of extensions that chunks may have, and of trailers.
    static constexpr size_t framingLimit = 64 << 10;

    string_view method, target, host, contentLength, transferEncoding, expectation;
    uint32_t hosts = 0, contentLengths = 0, transferEncodings = 0, expectations = 0;
    int minorVersion = 1;
    uint64_t length = 0;

    /// The status with which a complete head is refused, or 0; framing comes first.
    unsigned refusal() const {
        if (contentLengths > 1 || transferEncodings > 1 || (contentLengths > 0 && transferEncodings > 0)) return 400;
        if (contentLengths == 1 && !isLength(contentLength)) return 400;
        if (transferEncodings == 1 && (minorVersion == 0 || !equalsLowercase(transferEncoding, "chunked"))) return 400;
        if (hosts > 1 || (hosts == 0 && minorVersion > 0) || !isHost(host)) return 400;
        if (!isTarget()) return 400;
        if (expectations > 0 && !(expectations == 1 && equalsLowercase(expectation, "100-continue"))) return 417;
        return 0;
    }

  private:
    static bool isDigit(char byte) { return byte >= '0' && byte <= '9'; }
    static int hex(char byte) {
        if (isDigit(byte)) return byte - '0';
        byte = static_cast<char>(byte | 32);
        return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
    }

    static bool isLength(string_view text) {
        if (text.empty() || text.size() > 19) return false;
        for (char byte : text)
            if (!isDigit(byte)) return false;
        return true;
    }

    static bool isHost(string_view text) {
        for (char byte : text)
            if (static_cast<unsigned char>(byte) <= ' ' || byte == '/' || byte == '@' || byte == ',' || byte == '?' ||
                byte == '#' || byte == '\\')
                return false;
        return true;
    }

    bool isTarget() const {
        bool isAbsolute = target.starts_with("http://") || target.starts_with("https://");
        if (target == "*") return method == "OPTIONS";
        if (target.empty() || (target[0] != '/' && !isAbsolute)) return false;
        for (size_t index = 0; index < target.size(); index++) {
            auto byte = static_cast<unsigned char>(target[index]);
            if (byte <= ' ' || byte == 0x7f || byte == '#') return false;
            if (byte != '%') continue;
            if (index + 2 >= target.size()) return false;
            int high = hex(target[index + 1]), low = hex(target[index + 2]);
            if (high < 0 || low < 0 || high + low == 0) return false;
        }
        return true;
    }

    cl_http_span span(string_view text) const {
        return {static_cast<uint32_t>(text.data() - head), static_cast<uint32_t>(text.size())};
    }

    void on_request_impl(http::verb, string_view name, string_view path, int version, ErrorCode &) override {
        method = name;
        target = path;
        minorVersion = version == 11 ? 1 : 0;
    }

    void on_response_impl(int, string_view, int, ErrorCode &) override {}

    void on_field_impl(http::field kind, string_view name, string_view value, ErrorCode &) override {
        if (isTrailing) return;
        fields.push_back({span(name), span(value)});
        switch (kind) {
        case http::field::content_length: contentLengths++, contentLength = value; break;
        case http::field::transfer_encoding: transferEncodings++, transferEncoding = value; break;
        case http::field::host: hosts++, host = value; break;
        case http::field::expect: expectations++, expectation = value; break;
        default: break;
        }
    }

    void on_header_impl(ErrorCode &) override {
        isTrailing = true;
        if (auto known = content_length()) length = *known;
    }

    void on_body_init_impl(const boost::optional<uint64_t> &, ErrorCode &) override {}

    size_t on_body_impl(string_view piece, ErrorCode &) override {
        body.append(piece.data(), piece.size(), length);
        return piece.size();
    }

    void on_chunk_header_impl(uint64_t, string_view extension, ErrorCode &error) override {
        extensionBytes += extension.size();
        if (extensionBytes > framingLimit) error = http::error::bad_chunk_extension;
    }

    size_t on_chunk_body_impl(uint64_t, string_view piece, ErrorCode &) override {
        body.append(piece.data(), piece.size(), 0);
        return piece.size();
    }

    void on_finish_impl(ErrorCode &) override {}

    const char *head;
    Body &body;
    std::vector<cl_http_field> &fields;
    bool isTrailing = false;
    size_t extensionBytes = 0;
};

}  // namespace cartload
