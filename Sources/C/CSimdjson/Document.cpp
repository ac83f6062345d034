// SPDX-License-Identifier: Apache-2.0
#include "LineScan.hpp"

using namespace cartload;

namespace {

/// Walks one document, checking all of it, and notes where the values at some paths are.
struct Finder {
    cl_json_scanner &scanner;
    Text &text;
    const cl_json_item *items;
    size_t count;
    int32_t listed;
    cl_json_place *values;

    bool matches(size_t item, size_t level, const uint8_t *name, size_t length) const {
        return items[item].path_lengths[level] == length && memcmp(items[item].path[level], name, length) == 0;
    }

    /// Of the items in the set, those whose path goes on with a name; what was found for them under the same name before
    /// is forgotten, because the last of repeated keys counts.
    uint64_t following(uint64_t set, size_t level, const uint8_t *name, size_t length) {
        uint64_t found = 0;
        for (size_t i = 0; i < count; i++) {
            if (!(set >> i & 1) || !matches(i, level, name, length)) continue;
            found |= uint64_t(1) << i;
            values[i] = {0, 0};
            if (int32_t(i) == listed) scanner.startScan();
        }
        return found;
    }

    /// Walks the value at `p`, whose path so far, `level` names long, begins the paths of the set; `end` is after it.
    bool value(const uint32_t *&ix, uint32_t p, size_t level, uint64_t set, uint32_t &end) {
        const uint8_t *const s = text.base;
        const uint8_t c = s[p];
        uint64_t here = 0, deeper = 0;
        for (size_t i = 0; i < count; i++) {
            if (!(set >> i & 1)) continue;
            (items[i].path_count == level ? here : deeper) |= uint64_t(1) << i;
        }
        const bool lists = listed >= 0 && (here >> listed & 1);
        if (c == '{' || c == '[') {
            bool isRight;
            if (c == '{' && deeper) isRight = object(ix, level, deeper, end);
            else if (c == '[' && (deeper || lists)) isRight = array(ix, level, deeper, lists, end);
            else isRight = text.walkContainer(ix, p, int(level), end);
            if (!isRight) return false;
            end++;
            // An object where records are listed is a record.
            if (lists && c == '{') scanner.places.push_back({p, end});
        } else {
            const uint32_t next = *ix;
            if (s[next] != ',' && s[next] != '}' && s[next] != ']') return text.failBefore(p, next);
            if (c == '"') {
                end = Text::closingQuote(s, next);
                if (text.backslash < s + end && !text.checkEscapes(p, end)) return false;
                end++;
            } else {
                if (!text.checkToken(p, next)) return false;
                end = next;
                while (isSpace(s[end - 1])) end--;
            }
        }
        for (size_t i = 0; i < count; i++)
            if (here >> i & 1) values[i] = {p, end};
        return true;
    }

    bool object(const uint32_t *&ix, size_t level, uint64_t set, uint32_t &end) {
        const uint8_t *const s = text.base;
        uint32_t p = *ix++;
        if (s[p] == '}') {
            end = p;
            return true;
        }
        for (;;) {
            if (s[p] != '"') return text.fail(CL_JSON_EXPECTED_KEY, p);
            const uint32_t colon = *ix++;
            if (s[colon] != ':') return text.fail(CL_JSON_EXPECTED_COLON, colon);
            const uint32_t keyEnd = Text::closingQuote(s, colon);
            uint64_t inside;
            if (text.backslash < s + keyEnd) {
                if (!text.checkEscapes(p, keyEnd)) return false;
                std::string name(keyEnd - p, '\0');
                size_t ignored = 0;
                auto start = reinterpret_cast<uint8_t *>(&name[0]);
                auto stop = unescape(s + p + 1, s + keyEnd, start, ignored);
                inside = following(set, level, start, size_t(stop - start));
            } else {
                inside = following(set, level, s + p + 1, keyEnd - p - 1);
            }
            p = *ix++;
            uint32_t ignored;
            if (!value(ix, p, level + 1, inside, ignored)) return false;
            p = *ix++;
            if (s[p] == ',') {
                p = *ix++;
                continue;
            }
            if (s[p] != '}') return text.fail(CL_JSON_EXPECTED_COMMA, p);
            end = p;
            return true;
        }
    }

    bool array(const uint32_t *&ix, size_t level, uint64_t set, bool lists, uint32_t &end) {
        const uint8_t *const s = text.base;
        uint32_t p = *ix++;
        if (s[p] == ']') {
            end = p;
            return true;
        }
        for (uint32_t position = 0;; position++) {
            uint64_t inside = 0;
            if (set) {
                const std::string name = std::to_string(position);
                inside = following(set, level, reinterpret_cast<const uint8_t *>(name.data()), name.size());
            }
            uint32_t stop;
            if (!value(ix, p, level + 1, inside, stop)) return false;
            if (lists) {
                if (s[p] == '{') scanner.places.push_back({p, stop});
                else scanner.faults.push_back({{p, stop}, p, position, -1, CL_JSON_NOT_AN_OBJECT});
            }
            p = *ix++;
            if (s[p] == ',') {
                p = *ix++;
                continue;
            }
            if (s[p] != ']') return text.fail(CL_JSON_EXPECTED_COMMA, p);
            end = p;
            return true;
        }
    }
};

/// Whether the first bracket is closed by the last offset and not before, so that no walk gets beyond the offsets.
int32_t balance(const Text &text, uint32_t &offset) {
    int64_t depth = 0;
    for (size_t i = 0; i < text.count; i++) {
        const uint8_t c = text.base[text.offsets[i]];
        if (c == '{' || c == '[') depth++;
        else if (c == '}' || c == ']') depth--;
        if (depth > 0) continue;
        if (i + 1 == text.count) return CL_JSON_OK;
        offset = text.offsets[i + 1];
        return CL_JSON_AFTER_END;
    }
    return CL_JSON_TRUNCATED;
}

}  // namespace

extern "C" int cl_json_find(
    cl_json_scanner *scanner, const uint8_t *document, size_t length, const cl_json_item *items, size_t item_count,
    int32_t listed, uint32_t flags, cl_json_place *values, cl_json_lines *lines, uint32_t *offset) {
    *offset = 0;
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    if (item_count > CL_JSON_MAX_PATHS) return CL_JSON_TOO_MANY_FIELDS;
    try {
        scanner->startScan();
        for (size_t i = 0; i < item_count; i++) {
            values[i] = {0, 0};
            if (items[i].path_count > CL_JSON_MAX_PATH) return CL_JSON_TOO_DEEP;
        }
        Text text{};
        text.allowsNotFinite = (flags & CL_JSON_NOT_FINITE_ALLOWED) != 0;
        text.scanner = scanner;
        scanner->runStart = 0;
        switch (scanner->index(document, length, text)) {
        case simdjson::SUCCESS: break;
        case simdjson::EMPTY: return CL_JSON_EXPECTED_VALUE;
        case simdjson::UTF8_ERROR: *offset = firstInvalidUTF8(document, length); return CL_JSON_INVALID_UTF8;
        case simdjson::UNCLOSED_STRING: *offset = stringFault(document, length, false); return CL_JSON_TRUNCATED;
        case simdjson::UNESCAPED_CHARS:
            *offset = stringFault(document, length, true);
            return CL_JSON_CONTROL_CHARACTER;
        case simdjson::MEMALLOC: return CL_JSON_OUT_OF_MEMORY;
        default: return CL_JSON_INVALID_LITERAL;
        }
        const uint32_t *ix = text.offsets;
        uint32_t p = *ix++, end;
        *offset = p;
        if (document[p] != '{' && document[p] != '[') return CL_JSON_NOT_AN_OBJECT;
        *offset = uint32_t(length);
        if (int32_t code = balance(text, *offset)) return code;
        Finder finder{*scanner, text, items, item_count, listed, values};
        const uint64_t all = item_count == 64 ? ~uint64_t(0) : (uint64_t(1) << item_count) - 1;
        if (!finder.value(ix, p, 0, all, end)) {
            *offset = text.at;
            return text.code;
        }
        *lines = scanner->lines(false);
        return CL_JSON_OK;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}
