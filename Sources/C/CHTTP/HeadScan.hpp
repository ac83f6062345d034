// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstring>

namespace cartload {

/// Finds the end of a request's head and looks at its raw bytes before a parser does.
///
/// Proxies and parsers differ in what they make of bare line feeds, folded lines and control characters; a request with
/// any of them is refused, so that nobody can see another request in it.
class HeadScan {
  public:
    enum class Result { more, whole, bad };

    void reset() { scanned = lineStart = 0; }

    /// Goes on where the last call ended; `text` begins with the same bytes.
    Result scan(const char *text, size_t count) {
        // No method begins so. It may be TLS, whose client waits for an answer and sends nothing that could end a line.
        auto first = static_cast<unsigned char>(count > 0 ? text[0] : 'A');
        if (first <= 0x20 || first >= 0x7f) return Result::bad;
        while (scanned < count) {
            auto found = static_cast<const char *>(std::memchr(text + scanned, '\n', count - scanned));
            if (!found) {
                scanned = count;
                break;
            }
            size_t end = static_cast<size_t>(found - text);
            if (end == lineStart || text[end - 1] != '\r') return Result::bad;
            if (end == lineStart + 1) {
                size = end + 1;
                return isClean(text) ? Result::whole : Result::bad;
            }
            if (lineStart > 0 && (text[lineStart] == ' ' || text[lineStart] == '\t')) return Result::bad;
            scanned = lineStart = end + 1;
        }
        return Result::more;
    }

    /// The bytes of the whole head, with its empty line.
    size_t size = 0;

  private:
    bool isClean(const char *text) const {
        for (size_t index = 0; index < size; index++) {
            auto byte = static_cast<unsigned char>(text[index]);
            if (byte >= 0x20 && byte != 0x7f) continue;
            if (byte == '\r' ? text[index + 1] != '\n' : byte != '\n' && byte != '\t') return false;
        }
        return true;
    }

    size_t scanned = 0;
    size_t lineStart = 0;
};

}  // namespace cartload
