// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include <algorithm>

#include "ChosenRows.hpp"
#include "Number.hpp"
#include "Scanner.hpp"

using namespace cartload;

namespace cartload {

struct Property {
    /// The name and the quote that closes it, padded for eight-byte loads.
    std::string text;
    uint64_t head = 0, mask = 0;
    size_t length = 0;
    int32_t child = -1;
    int32_t required = -1;

    Property(const uint8_t *name, size_t length) : text(reinterpret_cast<const char *>(name), length), length(length) {
        text += '"';
        mask = length + 1 >= 8 ? ~uint64_t(0) : (uint64_t(1) << ((length + 1) * 8)) - 1;
        text.append(8, '\0');
        head = load8(bytes()) & mask;
    }

    const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(text.data()); }

    bool matches(const uint8_t *p) const {
        if ((load8(p) & mask) != head) return false;
        return length < 8 || memcmp(p + 8, bytes() + 8, length + 1 - 8) == 0;
    }
};

struct SchemaNode {
    uint32_t types = CL_JSON_TYPE_ANY;
    bool never = false, hasNumberRules = false, hasStringRules = false, hasCounts = false, uniqueItems = false;
    double minimum = -INFINITY, maximum = INFINITY, above = -INFINITY, below = INFINITY, multipleOf = 0;
    double minLength = 0, maxLength = INFINITY, minItems = 0, maxItems = INFINITY, minProperties = 0,
           maxProperties = INFINITY;
    std::unique_ptr<re2::RE2> pattern;
    int32_t form = -1;
    std::vector<Property> properties;
    int32_t requiredCount = 0;
    std::vector<std::pair<std::unique_ptr<re2::RE2>, int32_t>> patterns;
    int32_t additional = -1, items = -1, negated = -1, condition = -1, consequence = -1, alternative = -1;
    std::vector<int32_t> prefixItems, allOf, anyOf, oneOf;
    /// Canonical texts of the allowed values.
    std::vector<std::string> values;
    bool hasValues = false;
    /// Where the node's guesses start: which property came after which.
    size_t guesses = 0;

    bool isCompound() const {
        return hasValues || negated >= 0 || condition >= 0 || !allOf.empty() || !anyOf.empty() || !oneOf.empty();
    }

    bool looksIntoObjects() const {
        return !properties.empty() || !patterns.empty() || additional >= 0 || minProperties > 0 || maxProperties < INFINITY;
    }

    bool looksIntoArrays() const {
        return items >= 0 || !prefixItems.empty() || minItems > 0 || maxItems < INFINITY || uniqueItems;
    }
};

}  // namespace cartload

struct cl_json_validator {
    std::vector<SchemaNode> nodes;
};

namespace cartload {

/// Writes a value so that equal values get equal text: strings unescaped, numbers by value, members sorted.
struct Canonical {
    Text &text;

    /// `p` is the value's offset, `ix` points after it; false when the text is not JSON.
    bool write(const uint32_t *&ix, uint32_t p, std::string &out, int depth) {
        const uint8_t *s = text.base;
        if (depth > CL_JSON_MAX_DEPTH) return false;
        if (s[p] == '{') {
            std::vector<std::pair<std::string, std::string>> members;
            p = *ix++;
            while (s[p] != '}') {
                if (s[p] != '"' || s[*ix] != ':') return false;
                std::string key, value;
                writeString(p, *ix, key);
                ix++;
                p = *ix++;
                if (!write(ix, p, value, depth + 1)) return false;
                auto same = std::find_if(members.begin(), members.end(), [&](auto &m) { return m.first == key; });
                if (same != members.end()) same->second = value;
                else members.emplace_back(key, value);
                p = *ix++;
                if (s[p] == ',') p = *ix++;
                else if (s[p] != '}') return false;
            }
            std::sort(members.begin(), members.end());
            out += '{';
            for (auto &member : members) out += member.first + ':' + member.second + ',';
            out += '}';
            return true;
        }
        if (s[p] == '[') {
            out += '[';
            p = *ix++;
            while (s[p] != ']') {
                if (!write(ix, p, out, depth + 1)) return false;
                out += ',';
                p = *ix++;
                if (s[p] == ',') p = *ix++;
                else if (s[p] != ']') return false;
            }
            out += ']';
            return true;
        }
        const uint32_t next = *ix;
        if (s[next] != ',' && s[next] != '}' && s[next] != ']') return false;
        if (s[p] == '"') {
            writeString(p, next, out);
            return true;
        }
        if (!text.checkToken(p, next)) return false;
        if (s[p] == 'N' || s[p] == 'I' || (s[p] == '-' && s[p + 1] == 'I')) {
            // NaN and infinities count as null.
            out += 'n';
            return true;
        }
        if (isDigit(s[p]) || s[p] == '-') {
            const uint8_t *end = numberEnd(s + p);
            if (!end) return false;
            Number number = readNumber(s + p, end);
            int64_t whole;
            if (integral(number, whole)) {
                out += std::to_string(whole);
            } else if (number.kind == Number::Real) {
                uint8_t digits[32];
                out.append(reinterpret_cast<char *>(digits), cl_json_format_double(number.real, digits));
            } else {
                out.append(reinterpret_cast<const char *>(s + p), size_t(end - s - p));
            }
            return true;
        }
        out += char(s[p]);
        return true;
    }

    void writeString(uint32_t open, uint32_t next, std::string &out) {
        const uint8_t *s = text.base;
        uint32_t close = Text::closingQuote(s, next);
        out += '"';
        size_t start = out.size(), ignored = 0;
        out.resize(start + close - open);
        auto begin = reinterpret_cast<uint8_t *>(&out[start]);
        out.resize(start + size_t(unescape(s + open + 1, s + close, begin, ignored) - begin));
        // Ends the string so that no two values run together.
        out += '\0';
    }
};

/// Checks the records of one call.
struct Validation {
    cl_json_scanner &scanner;
    const cl_json_validator &validator;
    Text text{};
    std::vector<int32_t> guesses{};
    std::string scratch{};
    int32_t rule = CL_JSON_RULE_NONE;
    /// The place of the failure, innermost part first.
    std::vector<std::string> path{};
    uint32_t steps = 0;
    /// Failures inside alternatives are not reported.
    int quiet = 0;

    bool fail(int32_t why) {
        rule = why;
        if (!quiet) path.clear();
        return false;
    }

    bool inKey(const uint8_t *p, size_t length) {
        if (!quiet) path.push_back(std::string(reinterpret_cast<const char *>(p), length));
        return false;
    }

    bool inElement(size_t index) {
        if (!quiet) path.push_back("[" + std::to_string(index) + "]");
        return false;
    }

    /// Apart, so that the walk's stack is not part of every level's frame.
    __attribute__((noinline)) bool skip(const uint32_t *&ix, uint32_t p) {
        uint8_t c = text.base[p];
        uint32_t last;
        if (c == '{' || c == '[') return text.walkContainer(ix, p, 0, last) || fail(CL_JSON_RULE_INVALID_RECORD);
        uint8_t e = text.base[*ix];
        return e == ',' || e == '}' || e == ']' || fail(CL_JSON_RULE_INVALID_RECORD);
    }

    /// Checks a value that begins at `p` and leaves `ix` after it.
    bool check(int32_t index, const uint32_t *&ix, uint32_t p, int depth) {
        const SchemaNode &node = validator.nodes[size_t(index)];
        if (depth > CL_JSON_MAX_DEPTH + CL_JSON_MAX_DEPTH / 2 || ++steps > 1000000) return fail(CL_JSON_RULE_TOO_COMPLEX);
        if (node.never) return fail(CL_JSON_RULE_NEVER);
        if (node.isCompound() && !checkCompound(node, ix, p, depth)) return false;
        const uint8_t *const s = text.base;
        const uint8_t c = s[p];
        if (c == '{') {
            if (!(node.types & CL_JSON_TYPE_OBJECT)) return fail(CL_JSON_RULE_TYPE);
            return node.looksIntoObjects() ? checkObject(node, ix, p, depth) : skip(ix, p);
        }
        if (c == '[') {
            if (!(node.types & CL_JSON_TYPE_ARRAY)) return fail(CL_JSON_RULE_TYPE);
            return node.looksIntoArrays() ? checkArray(node, ix, p, depth) : skip(ix, p);
        }
        const uint32_t next = *ix;
        const uint8_t e = s[next];
        if (e != ',' && e != '}' && e != ']') return fail(CL_JSON_RULE_INVALID_RECORD);
        switch (c) {
        case '"':
            if (!(node.types & CL_JSON_TYPE_STRING)) return fail(CL_JSON_RULE_TYPE);
            return !node.hasStringRules || checkString(node, p, next);
        case 't':
        case 'f': return node.types & CL_JSON_TYPE_BOOLEAN || fail(CL_JSON_RULE_TYPE);
        case 'n':
        case 'N':
        case 'I': return node.types & CL_JSON_TYPE_NULL || fail(CL_JSON_RULE_TYPE);
        case '-':
            // -Infinity, which counts as null as the other two do.
            if (s[p + 1] == 'I') return node.types & CL_JSON_TYPE_NULL || fail(CL_JSON_RULE_TYPE);
            break;
        }
        if (!(node.types & (CL_JSON_TYPE_NUMBER | CL_JSON_TYPE_INTEGER))) return fail(CL_JSON_RULE_TYPE);
        if (node.types & CL_JSON_TYPE_NUMBER && !node.hasNumberRules) return true;
        return checkNumber(node, p);
    }

    bool checkNumber(const SchemaNode &node, uint32_t p) {
        const uint8_t *s = text.base + p;
        const uint8_t *end = numberEnd(s);
        if (!end) return fail(CL_JSON_RULE_INVALID_RECORD);
        Number number = readNumber(s, end);
        double value;
        if (number.kind == Number::Integer) {
            value = double(number.integer);
        } else if (number.kind == Number::Real) {
            value = number.real;
        } else {
            auto read = std::from_chars(reinterpret_cast<const char *>(s), reinterpret_cast<const char *>(end), value);
            if (read.ec != std::errc()) {
                // Out of range: too large, or so small that it counts as nothing.
                auto exponent = static_cast<const uint8_t *>(memchr(s, '-', size_t(end - s)));
                bool isTiny = exponent && exponent > s;
                value = isTiny ? 0 : *s == '-' ? -INFINITY : INFINITY;
            }
        }
        if (!(node.types & CL_JSON_TYPE_NUMBER) && number.kind != Number::Integer && number.kind != Number::WideInteger
            && std::trunc(value) != value)
            return fail(CL_JSON_RULE_TYPE);
        if (!node.hasNumberRules) return true;
        if (value < node.minimum) return fail(CL_JSON_RULE_MINIMUM);
        if (value > node.maximum) return fail(CL_JSON_RULE_MAXIMUM);
        if (value <= node.above && node.above != -INFINITY) return fail(CL_JSON_RULE_EXCLUSIVE_MINIMUM);
        if (value >= node.below && node.below != INFINITY) return fail(CL_JSON_RULE_EXCLUSIVE_MAXIMUM);
        if (node.multipleOf > 0 && std::isfinite(value)) {
            // Decimal fractions are not exact in binary, so neither is their quotient.
            double quotient = value / node.multipleOf;
            if (std::fabs(quotient - std::nearbyint(quotient)) > 1e-9 * std::fmax(1, std::fabs(quotient) * 1e-6))
                return fail(CL_JSON_RULE_MULTIPLE_OF);
        }
        return true;
    }

    bool checkString(const SchemaNode &node, uint32_t p, uint32_t next) {
        const uint8_t *start = text.base + p + 1;
        size_t length = Text::closingQuote(text.base, next) - p - 1;
        if (memchr(start, '\\', length)) {
            size_t ignored = 0;
            scratch.resize(length);
            auto out = reinterpret_cast<uint8_t *>(&scratch[0]);
            length = size_t(unescape(start, start + length, out, ignored) - out);
            start = out;
        }
        if (node.hasCounts) {
            size_t points = 0;
            for (size_t i = 0; i < length; i++) points += (start[i] & 0xc0) != 0x80;
            if (double(points) < node.minLength) return fail(CL_JSON_RULE_MIN_LENGTH);
            if (double(points) > node.maxLength) return fail(CL_JSON_RULE_MAX_LENGTH);
        }
        if (node.pattern) {
            re2::StringPiece piece(reinterpret_cast<const char *>(start), length);
            if (!node.pattern->Match(piece, 0, length, re2::RE2::UNANCHORED, nullptr, 0)) return fail(CL_JSON_RULE_PATTERN);
        }
        if (node.form >= 0 && !cl_json_has_form(start, length, node.form)) return fail(CL_JSON_RULE_FORMAT);
        return true;
    }

    int32_t findProperty(const SchemaNode &node, const uint8_t *p, size_t length, int32_t &previous) {
        int32_t *guess = guesses.data() + node.guesses;
        int32_t guessed = guess[previous + 1];
        if (guessed >= 0 && node.properties[size_t(guessed)].matches(p)) return previous = guessed;
        for (size_t i = 0; i < node.properties.size(); i++)
            if (node.properties[i].length == length && node.properties[i].matches(p)) {
                guess[previous + 1] = int32_t(i);
                return previous = int32_t(i);
            }
        return -1;
    }

    bool checkObject(const SchemaNode &node, const uint32_t *&ix, uint32_t p, int depth) {
        const uint8_t *const s = text.base;
        uint64_t seen = 0;
        std::vector<bool> seenMore;
        if (node.requiredCount > 64) seenMore.resize(size_t(node.requiredCount));
        size_t members = 0;
        int32_t previous = -1;
        p = *ix++;
        while (s[p] != '}') {
            const uint32_t colon = *ix++;
            if (s[p] != '"' || s[colon] != ':') return fail(CL_JSON_RULE_INVALID_RECORD);
            const uint8_t *key = s + p + 1;
            int32_t *guess = guesses.data() + node.guesses;
            int32_t found = guess[previous + 1];
            std::string unescaped;
            size_t length = 0;
            if (found >= 0 && node.properties[size_t(found)].matches(key)) {
                previous = found;
                length = node.properties[size_t(found)].length;
            } else {
                length = Text::closingQuote(s, colon) - p - 1;
                if (memchr(key, '\\', length)) {
                    size_t ignored = 0;
                    unescaped.resize(length);
                    auto out = reinterpret_cast<uint8_t *>(&unescaped[0]);
                    length = size_t(unescape(key, key + length, out, ignored) - out);
                    unescaped.resize(length);
                    unescaped += '"';
                    unescaped.append(8, '\0');
                    key = reinterpret_cast<const uint8_t *>(unescaped.data());
                }
                found = findProperty(node, key, length, previous);
            }
            p = *ix++;
            members++;
            bool isKnown = false;
            const uint32_t *const begin = ix;
            const uint32_t *end = nullptr;
            if (found >= 0) {
                const Property &property = node.properties[size_t(found)];
                if (property.required >= 64) seenMore[size_t(property.required)] = true;
                else if (property.required >= 0) seen |= uint64_t(1) << property.required;
                if (property.child >= 0) {
                    isKnown = true;
                    if (!check(property.child, ix, p, depth + 1)) return inKey(key, length);
                    end = ix;
                }
            }
            for (auto &pattern : node.patterns) {
                re2::StringPiece piece(reinterpret_cast<const char *>(key), length);
                if (!pattern.first->Match(piece, 0, length, re2::RE2::UNANCHORED, nullptr, 0)) continue;
                isKnown = true;
                ix = begin;
                if (!check(pattern.second, ix, p, depth + 1)) return inKey(key, length);
                end = ix;
            }
            if (!isKnown && node.additional >= 0) {
                if (validator.nodes[size_t(node.additional)].never) {
                    fail(CL_JSON_RULE_ADDITIONAL_PROPERTIES);
                    return inKey(key, length);
                }
                if (!check(node.additional, ix, p, depth + 1)) return inKey(key, length);
                end = ix;
            }
            if (end) ix = end;
            else if (!skip(ix, p)) return inKey(key, length);
            p = *ix++;
            if (s[p] == ',') p = *ix++;
            else if (s[p] != '}') return fail(CL_JSON_RULE_INVALID_RECORD);
        }
        if (node.requiredCount > 0) {
            for (auto &property : node.properties) {
                if (property.required < 0) continue;
                bool isSeen = property.required >= 64 ? seenMore[size_t(property.required)] : seen >> property.required & 1;
                if (isSeen) continue;
                fail(CL_JSON_RULE_REQUIRED);
                return inKey(property.bytes(), property.length);
            }
        }
        if (double(members) < node.minProperties) return fail(CL_JSON_RULE_MIN_PROPERTIES);
        return double(members) <= node.maxProperties || fail(CL_JSON_RULE_MAX_PROPERTIES);
    }

    bool checkArray(const SchemaNode &node, const uint32_t *&ix, uint32_t p, int depth) {
        const uint8_t *const s = text.base;
        size_t count = 0;
        std::vector<std::string> texts;
        p = *ix++;
        while (s[p] != ']') {
            if (node.uniqueItems) {
                const uint32_t *copy = ix;
                texts.emplace_back();
                if (!Canonical{text}.write(copy, p, texts.back(), 0)) return fail(CL_JSON_RULE_INVALID_RECORD);
            }
            int32_t child = count < node.prefixItems.size() ? node.prefixItems[count] : node.items;
            if (child >= 0 ? !check(child, ix, p, depth + 1) : !skip(ix, p)) return inElement(count);
            count++;
            p = *ix++;
            if (s[p] == ',') p = *ix++;
            else if (s[p] != ']') return fail(CL_JSON_RULE_INVALID_RECORD);
        }
        if (double(count) < node.minItems) return fail(CL_JSON_RULE_MIN_ITEMS);
        if (double(count) > node.maxItems) return fail(CL_JSON_RULE_MAX_ITEMS);
        std::sort(texts.begin(), texts.end());
        return std::adjacent_find(texts.begin(), texts.end()) == texts.end() || fail(CL_JSON_RULE_UNIQUE_ITEMS);
    }

    bool quietly(int32_t node, const uint32_t *ix, uint32_t p, int depth) {
        quiet++;
        bool holds = check(node, ix, p, depth + 1);
        quiet--;
        return holds;
    }

    /// The rules that look at a whole value more than once.
    bool checkCompound(const SchemaNode &node, const uint32_t *ix, uint32_t p, int depth) {
        if (node.hasValues) {
            const uint32_t *copy = ix;
            std::string canonical;
            if (!Canonical{text}.write(copy, p, canonical, 0)) return fail(CL_JSON_RULE_INVALID_RECORD);
            if (std::find(node.values.begin(), node.values.end(), canonical) == node.values.end())
                return fail(CL_JSON_RULE_ENUM);
        }
        for (int32_t part : node.allOf) {
            const uint32_t *copy = ix;
            if (!check(part, copy, p, depth + 1)) return false;
        }
        if (!node.anyOf.empty()) {
            bool holds = false;
            for (int32_t choice : node.anyOf)
                if ((holds = quietly(choice, ix, p, depth))) break;
            if (!holds) return fail(CL_JSON_RULE_ANY_OF);
        }
        if (!node.oneOf.empty()) {
            size_t holding = 0;
            for (int32_t choice : node.oneOf) holding += quietly(choice, ix, p, depth);
            if (holding != 1) return fail(CL_JSON_RULE_ONE_OF);
        }
        if (node.negated >= 0 && quietly(node.negated, ix, p, depth)) return fail(CL_JSON_RULE_NOT);
        if (node.condition >= 0) {
            int32_t branch = quietly(node.condition, ix, p, depth) ? node.consequence : node.alternative;
            const uint32_t *copy = ix;
            if (branch >= 0 && !check(branch, copy, p, depth + 1)) return false;
        }
        return steps <= 1000000 || fail(CL_JSON_RULE_TOO_COMPLEX);
    }

    void report(size_t number) {
        std::string where;
        for (auto part = path.rbegin(); part != path.rend(); ++part) {
            if (!where.empty() && (*part)[0] != '[') where += '.';
            where += *part;
            if (where.size() > 1000) break;
        }
        scanner.names.push_back(where);
        scanner.failures.push_back({uint32_t(number), rule, nullptr, 0});
        path.clear();
    }

    bool run(const uint8_t *block, const ChosenRows &chosen, size_t from, size_t to) {
        const uint32_t start = chosen.place(from).start, end = chosen.place(to - 1).end;
        scanner.runStart = start;
        text.scanner = &scanner;
        text.allowsNotFinite = true;
        if (start >= end || scanner.index(block + start, end - start, text)) return false;
        if (text.base[text.offsets[0]] != '{') return false;
        const uint32_t *ix = text.offsets;
        const uint32_t *const last = ix + text.count;
        for (size_t row = from; row < to; row++) {
            const cl_json_place &its = chosen.place(row);
            while (ix < last && *ix < its.start - start) ix++;
            path.clear();
            steps = 0;
            const uint32_t *begin = ix;
            bool holds = ix < last && text.base[*ix] == '{';
            if (holds) {
                ix++;
                if (text.backslash < text.base + *begin) text.findBackslash(text.base + *begin);
                // Of what comes after the record its first byte is looked at.
                holds = check(0, ix, *begin, 0);
                if (holds && (ix[-1] >= its.end - start || (ix < last && *ix < its.end - start)))
                    holds = fail(CL_JSON_RULE_INVALID_RECORD);
            } else {
                fail(CL_JSON_RULE_INVALID_RECORD);
            }
            if (!holds) {
                report(row);
                ix = begin < last ? begin + 1 : last;
            }
            scanner.tokens.clear();
        }
        return true;
    }
};

static std::unique_ptr<re2::RE2> compile(const uint8_t *pattern, size_t length, char *error, size_t room) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    auto compiled = std::make_unique<re2::RE2>(
        re2::StringPiece(reinterpret_cast<const char *>(pattern), length), options);
    if (compiled->ok()) return compiled;
    size_t count = std::min(room - 1, compiled->error().size());
    memcpy(error, compiled->error().data(), count);
    error[count] = 0;
    return nullptr;
}

}  // namespace cartload

extern "C" {

cl_json_validator *cl_json_validator_create(void) { return new (std::nothrow) cl_json_validator; }

void cl_json_validator_destroy(cl_json_validator *validator) { delete validator; }

int32_t cl_json_validator_add(cl_json_validator *validator) {
    try {
        validator->nodes.emplace_back();
        return int32_t(validator->nodes.size()) - 1;
    } catch (...) {
        return -1;
    }
}

void cl_json_validator_set_types(cl_json_validator *validator, int32_t node, uint32_t types) {
    validator->nodes[size_t(node)].types = types;
}

void cl_json_validator_set_number(cl_json_validator *validator, int32_t index, int32_t rule, double value) {
    SchemaNode &node = validator->nodes[size_t(index)];
    switch (rule) {
    case CL_JSON_RULE_NEVER: node.never = true; return;
    case CL_JSON_RULE_MINIMUM: node.minimum = value; break;
    case CL_JSON_RULE_MAXIMUM: node.maximum = value; break;
    case CL_JSON_RULE_EXCLUSIVE_MINIMUM: node.above = value; break;
    case CL_JSON_RULE_EXCLUSIVE_MAXIMUM: node.below = value; break;
    case CL_JSON_RULE_MULTIPLE_OF: node.multipleOf = value; break;
    case CL_JSON_RULE_MIN_LENGTH: node.minLength = value; node.hasStringRules = node.hasCounts = true; return;
    case CL_JSON_RULE_MAX_LENGTH: node.maxLength = value; node.hasStringRules = node.hasCounts = true; return;
    case CL_JSON_RULE_MIN_ITEMS: node.minItems = value; return;
    case CL_JSON_RULE_MAX_ITEMS: node.maxItems = value; return;
    case CL_JSON_RULE_UNIQUE_ITEMS: node.uniqueItems = value != 0; return;
    case CL_JSON_RULE_MIN_PROPERTIES: node.minProperties = value; return;
    case CL_JSON_RULE_MAX_PROPERTIES: node.maxProperties = value; return;
    }
    node.hasNumberRules = true;
}

void cl_json_validator_set_format(cl_json_validator *validator, int32_t node, int32_t form) {
    validator->nodes[size_t(node)].form = form;
    validator->nodes[size_t(node)].hasStringRules = true;
}

void cl_json_validator_add_child(cl_json_validator *validator, int32_t index, int32_t rule, int32_t child) {
    SchemaNode &node = validator->nodes[size_t(index)];
    try {
        switch (rule) {
        case CL_JSON_RULE_ADDITIONAL_PROPERTIES: node.additional = child; break;
        case CL_JSON_RULE_ITEMS: node.items = child; break;
        case CL_JSON_RULE_NOT: node.negated = child; break;
        case CL_JSON_RULE_IF: node.condition = child; break;
        case CL_JSON_RULE_THEN: node.consequence = child; break;
        case CL_JSON_RULE_ELSE: node.alternative = child; break;
        case CL_JSON_RULE_PREFIX_ITEMS: node.prefixItems.push_back(child); break;
        case CL_JSON_RULE_ALL_OF: node.allOf.push_back(child); break;
        case CL_JSON_RULE_ANY_OF: node.anyOf.push_back(child); break;
        case CL_JSON_RULE_ONE_OF: node.oneOf.push_back(child); break;
        }
    } catch (...) {
        node.never = true;
    }
}

void cl_json_validator_add_property(
    cl_json_validator *validator, int32_t index, const uint8_t *name, size_t length, int32_t child, int required) {
    SchemaNode &node = validator->nodes[size_t(index)];
    try {
        Property *property = nullptr;
        for (auto &known : node.properties)
            if (known.length == length && memcmp(known.bytes(), name, length) == 0) property = &known;
        if (!property) {
            node.properties.emplace_back(name, length);
            property = &node.properties.back();
        }
        if (child >= 0) property->child = child;
        if (required && property->required < 0) property->required = node.requiredCount++;
    } catch (...) {
        node.never = true;
    }
}

int cl_json_validator_add_pattern(
    cl_json_validator *validator, int32_t index, const uint8_t *pattern, size_t length, int32_t child, char *error,
    size_t room) {
    SchemaNode &node = validator->nodes[size_t(index)];
    try {
        auto compiled = compile(pattern, length, error, room);
        if (!compiled) return 0;
        if (child < 0) {
            node.pattern = std::move(compiled);
            node.hasStringRules = true;
        } else {
            node.patterns.emplace_back(std::move(compiled), child);
        }
        return 1;
    } catch (...) {
        return 0;
    }
}

int cl_json_validator_add_value(cl_json_validator *validator, int32_t index, const uint8_t *json, size_t length) {
    SchemaNode &node = validator->nodes[size_t(index)];
    try {
        cl_json_scanner scanner;
        std::string record = "{\"\":" + std::string(reinterpret_cast<const char *>(json), length) + "}";
        const size_t size = record.size();
        record.append(64, '\0');
        Text text{};
        text.allowsNotFinite = false;
        text.scanner = &scanner;
        if (scanner.index(reinterpret_cast<const uint8_t *>(record.data()), size, text)) return 0;
        if (text.count < 5) return 0;
        const uint32_t *ix = text.offsets + 4;
        std::string canonical;
        if (!Canonical{text}.write(ix, text.offsets[3], canonical, 0)) return 0;
        node.hasValues = true;
        node.values.push_back(canonical);
        return 1;
    } catch (...) {
        return 0;
    }
}

void cl_json_validator_finish(cl_json_validator *validator) {
    size_t total = 0;
    for (auto &node : validator->nodes) {
        node.guesses = total;
        total += node.properties.size() + 1;
    }
}

int cl_json_validate(
    cl_json_scanner *scanner, const cl_json_validator *validator, const uint8_t *block, size_t length,
    const cl_json_place *places, const int32_t *rows, size_t count, const cl_json_failure **failures,
    size_t *failure_count) {
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->failures.clear();
        scanner->names.clear();
        ChosenRows chosen{block, places, rows, count};
        Validation validation{*scanner, *validator};
        size_t total = 0;
        for (auto &node : validator->nodes) total = std::max(total, node.guesses + node.properties.size() + 1);
        validation.guesses.assign(total, -1);
        for (size_t from = 0; from < count;) {
            size_t to = chosen.runEnd(from);
            if (!validation.run(block, chosen, from, to))
                for (size_t row = from; row < to; row++)
                    if (!validation.run(block, chosen, row, row + 1)) {
                        validation.fail(CL_JSON_RULE_INVALID_RECORD);
                        validation.report(row);
                    }
            from = to;
        }
        for (size_t i = 0; i < scanner->failures.size(); i++) {
            scanner->failures[i].path = reinterpret_cast<const uint8_t *>(scanner->names[i].data());
            scanner->failures[i].path_length = scanner->names[i].size();
        }
        *failures = scanner->failures.data();
        *failure_count = scanner->failures.size();
        return CL_JSON_OK;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

}  // extern "C"
