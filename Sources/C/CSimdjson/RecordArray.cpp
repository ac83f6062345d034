// SPDX-License-Identifier: Apache-2.0
// Arrays of records in either of two forms, objects or rows below a row of names, and what turns one into the other.
#include <algorithm>

#include "Scanner.hpp"

using namespace cartload;

namespace {

/// Walks text that was checked: leaves the cursor after the value that begins at the offset it points to.
inline uint32_t valueEnd(const uint8_t *s, const uint32_t *&ix) {
    const uint32_t p = *ix++;
    const uint8_t c = s[p];
    if (c == '{' || c == '[') {
        int64_t depth = 1;
        uint32_t at = p;
        while (depth > 0) {
            at = *ix++;
            const uint8_t b = s[at];
            depth += (b == '{' || b == '[') - (b == '}' || b == ']');
        }
        return at + 1;
    }
    const uint32_t next = *ix;
    if (c == '"') return Text::closingQuote(s, next) + 1;
    uint32_t end = next;
    while (isSpace(s[end - 1])) end--;
    return end;
}

/// How many values an array has whose opening bracket the cursor points to; leaves the cursor after it.
inline uint32_t elementCount(const uint8_t *s, const uint32_t *&ix, uint32_t &end) {
    int64_t depth = 1;
    uint32_t commas = 0, at = *ix++;
    const uint32_t first = *ix;
    while (depth > 0) {
        at = *ix++;
        const uint8_t b = s[at];
        commas += depth == 1 && b == ',';
        depth += (b == '{' || b == '[') - (b == '}' || b == ']');
    }
    end = at + 1;
    return s[first] == ']' ? 0 : commas + 1;
}

uint32_t kindOf(const uint8_t *s, uint32_t start, uint32_t end) {
    switch (s[start]) {
    case '{': return CL_JSON_TYPE_OBJECT;
    case '[': return CL_JSON_TYPE_ARRAY;
    case '"': return CL_JSON_TYPE_STRING;
    case 't': case 'f': return CL_JSON_TYPE_BOOLEAN;
    case 'n': return CL_JSON_TYPE_NULL;
    default:
        for (uint32_t i = start; i < end; i++)
            if (s[i] == '.' || (s[i] | 0x20) == 'e') return CL_JSON_TYPE_NUMBER;
        return CL_JSON_TYPE_NUMBER | CL_JSON_TYPE_INTEGER;
    }
}

/// A member's name, without escapes.
struct Name {
    std::string copy;
    const uint8_t *start;
    size_t length;

    Name(const uint8_t *s, uint32_t open, uint32_t close) : start(s + open + 1), length(close - open - 1) {
        if (!memchr(start, '\\', length)) return;
        copy.resize(length);
        size_t ignored = 0;
        auto first = reinterpret_cast<uint8_t *>(&copy[0]);
        length = size_t(unescape(start, start + length, first, ignored) - first);
        start = first;
    }

    bool is(const cl_json_name &name) const {
        return name.length == length && memcmp(name.text, start, length) == 0;
    }
};

/// Calls `member(name, p, start, end)` for each member of the object that the cursor points to; `p` is where its name is.
template <class Member>
void eachMember(const uint8_t *s, const uint32_t *&ix, Member member) {
    ix++;
    if (s[*ix] == '}') {
        ix++;
        return;
    }
    for (;;) {
        const uint32_t p = *ix++, colon = *ix++;
        const uint32_t close = Text::closingQuote(s, colon);
        const uint32_t start = *ix;
        const uint32_t end = valueEnd(s, ix);
        member(Name(s, p, close), p, close + 1, start, end);
        if (s[*ix++] == '}') return;
    }
}

struct Output {
    uint8_t *at;
    void write(uint8_t byte) { *at++ = byte; }
    void write(const uint8_t *text, size_t length) {
        memcpy(at, text, length);
        at += length;
    }
    void write(const uint8_t *s, uint32_t start, uint32_t end) { write(s + start, end - start); }
};

/// Whether stage 1 can go over what is between two records.
bool isGap(const uint8_t *text, uint32_t start, uint32_t end) {
    if (end < start || end - start > 64) return false;
    for (uint32_t i = start; i < end; i++)
        if (!isSpace(text[i]) && text[i] != ',') return false;
    return true;
}

/// Runs stage 1 over records whose places are known, and calls `body(position, s, ix)` for each of them.
template <class Body>
int eachRecord(
    cl_json_scanner *scanner, const uint8_t *text, const cl_json_place *places, size_t count, Body body) {
    // Runs that fit the second-level cache together with their offsets.
    constexpr size_t target = 128 * 1024;
    for (size_t from = 0; from < count;) {
        size_t to = from + 1;
        while (to < count && places[to].end - places[from].start <= target
               && isGap(text, places[to - 1].end, places[to].start))
            to++;
        Text run{};
        const uint32_t start = places[from].start;
        if (scanner->index(text + start, places[to - 1].end - start, run)) return CL_JSON_INVALID_RECORD;
        const uint32_t *ix = run.offsets;
        for (; from < to; from++) {
            while (ix < run.offsets + run.count && run.base[*ix] == ',') ix++;
            if (ix >= run.offsets + run.count || *ix + start != places[from].start) return CL_JSON_INVALID_RECORD;
            body(from, run.base, ix);
        }
    }
    return CL_JSON_OK;
}

/// What was found wrong with a record.
void fault(cl_json_scanner *scanner, size_t record, int32_t input, uint32_t start, uint32_t end, int32_t code) {
    scanner->faults.push_back({{start, end}, 0, uint32_t(record), input, code});
}

/// Puts records together with what is common to all of them.
struct Merge {
    cl_json_scanner *scanner;
    const cl_json_input *inputs;
    size_t count;
    bool isOpen;
    Output out;
    /// Which inputs the record at hand has.
    std::vector<uint8_t> seen;
    bool isFirst = true;

    int32_t find(const Name &name) const {
        for (size_t i = 0; i < count; i++)
            if (name.is(inputs[i].name)) return int32_t(i);
        return -1;
    }

    void begin() {
        std::fill(seen.begin(), seen.end(), 0);
        isFirst = true;
        out.write('{');
    }

    void separate() {
        if (!isFirst) out.write(',');
        isFirst = false;
    }

    void check(size_t record, int32_t input, const uint8_t *s, uint32_t start, uint32_t end) {
        if (input < 0) return;
        seen[size_t(input)] = 1;
        const uint32_t types = inputs[input].types;
        if (types == CL_JSON_TYPE_ANY || (types & kindOf(s, start, end))) return;
        fault(scanner, record, input, start, end, CL_JSON_WRONG_TYPE);
    }

    void finish(size_t record) {
        for (size_t i = 0; i < count; i++) {
            if (seen[i]) continue;
            const cl_json_input &input = inputs[i];
            if (input.value_length) {
                separate();
                out.write(input.name.key, input.name.key_length);
                out.write(input.value, input.value_length);
            } else if (input.is_required) {
                fault(scanner, record, int32_t(i), 0, 0, CL_JSON_EXPECTED_KEY);
            }
        }
        out.write('}');
        out.write('\n');
    }
};

}  // namespace

extern "C" int cl_json_scan_array(
    cl_json_scanner *scanner, const uint8_t *text, size_t length, cl_json_array *result) {
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->startScan();
        *result = {};
        Text run{};
        if (scanner->index(text, length, run)) return CL_JSON_INVALID_RECORD;
        const uint8_t *const s = text;
        const uint32_t *ix = run.offsets;
        if (s[*ix++] != '[') return CL_JSON_WRONG_TYPE;
        if (s[*ix] == ']') return CL_JSON_OK;
        result->form = s[*ix] == '[' ? CL_JSON_ARRAY_ROWS : CL_JSON_ARRAY_OBJECTS;
        for (uint32_t element = 0;; element++) {
            const uint32_t p = *ix;
            uint32_t end;
            int32_t code = CL_JSON_OK;
            if (s[p] == '[') {
                const uint32_t values = elementCount(s, ix, end);
                if (element == 0) result->column_count = values;
                if (result->form != CL_JSON_ARRAY_ROWS) code = CL_JSON_WRONG_TYPE;
                else if (values != result->column_count) code = CL_JSON_TOO_MANY_FIELDS;
            } else {
                if (s[p] != '{' || result->form != CL_JSON_ARRAY_OBJECTS) code = CL_JSON_WRONG_TYPE;
                end = valueEnd(s, ix);
            }
            if (code && !result->fault) {
                result->fault = code;
                result->fault_element = element;
            }
            scanner->places.push_back({p, end});
            if (s[*ix++] == ']') break;
        }
        result->places = scanner->places.data();
        result->count = scanner->places.size();
        return CL_JSON_OK;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

extern "C" int cl_json_merge_records(
    cl_json_scanner *scanner, const uint8_t *text, const cl_json_place *places, size_t count,
    const cl_json_name *columns, size_t column_count, const cl_json_input *inputs, size_t input_count, int is_open,
    uint8_t *output, cl_json_place *output_places, size_t *written, const cl_json_fault **faults,
    size_t *fault_count) {
    try {
        scanner->startScan();
        Merge merge{scanner, inputs, input_count, is_open != 0, {output}, std::vector<uint8_t>(input_count)};
        std::vector<int32_t> inputOfColumn;
        for (size_t i = 0; i < column_count; i++) {
            int32_t found = -1;
            for (size_t k = 0; k < input_count; k++)
                if (columns[i].length == inputs[k].name.length
                    && memcmp(columns[i].text, inputs[k].name.text, columns[i].length) == 0)
                    found = int32_t(k);
            inputOfColumn.push_back(found);
        }
        const int code = eachRecord(
            scanner, text, places, count, [&](size_t record, const uint8_t *s, const uint32_t *&ix) {
                const auto start = uint32_t(merge.out.at - output);
                merge.begin();
                const uint32_t base = uint32_t(s - text);
                if (columns) {
                    ix++;
                    for (size_t column = 0; column < column_count; column++) {
                        const uint32_t from = *ix, to = valueEnd(s, ix);
                        merge.separate();
                        merge.out.write(columns[column].key, columns[column].key_length);
                        merge.out.write(s, from, to);
                        merge.check(record, inputOfColumn[column], s, from, to);
                        ix++;
                    }
                    if (!column_count) ix++;
                } else {
                    eachMember(s, ix, [&](const Name &name, uint32_t p, uint32_t close, uint32_t from, uint32_t to) {
                        const int32_t input = merge.find(name);
                        if (input < 0 && !merge.isOpen)
                            fault(scanner, record, -1, base + p, base + close, CL_JSON_NOT_AN_OBJECT);
                        merge.separate();
                        merge.out.write(s, p, close);
                        merge.out.write(':');
                        merge.out.write(s, from, to);
                        merge.check(record, input, s, from, to);
                    });
                }
                merge.finish(record);
                output_places[record] = {start, uint32_t(merge.out.at - output) - 1};
            });
        *written = size_t(merge.out.at - output);
        *faults = scanner->faults.data();
        *fault_count = scanner->faults.size();
        return code;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

extern "C" int cl_json_pick_members(
    cl_json_scanner *scanner, const uint8_t *text, const cl_json_place *places, size_t count,
    const cl_json_name *names, size_t name_count, int as_rows, uint8_t *output, cl_json_place *output_places,
    size_t *written) {
    try {
        Output out{output};
        std::vector<cl_json_place> found(name_count);
        const int code = eachRecord(
            scanner, text, places, count, [&](size_t record, const uint8_t *s, const uint32_t *&ix) {
                const auto start = uint32_t(out.at - output);
                std::fill(found.begin(), found.end(), cl_json_place{0, 0});
                size_t guess = 0;
                eachMember(s, ix, [&](const Name &name, uint32_t, uint32_t, uint32_t from, uint32_t to) {
                    // Members nearly always come in the order of the names.
                    for (size_t k = 0; k < name_count; k++) {
                        const size_t i = guess + k < name_count ? guess + k : guess + k - name_count;
                        if (!name.is(names[i])) continue;
                        found[i] = {from, to};
                        guess = i + 1 == name_count ? 0 : i + 1;
                        break;
                    }
                });
                out.write(as_rows ? '[' : '{');
                for (size_t i = 0; i < name_count; i++) {
                    if (i) out.write(',');
                    if (!as_rows) out.write(names[i].key, names[i].key_length);
                    if (found[i].end) out.write(s, found[i].start, found[i].end);
                    else out.write(reinterpret_cast<const uint8_t *>("null"), size_t(4));
                }
                out.write(as_rows ? ']' : '}');
                output_places[record] = {start, uint32_t(out.at - output)};
                out.write('\n');
            });
        *written = size_t(out.at - output);
        return code;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

extern "C" int cl_json_member_names(
    cl_json_scanner *scanner, const uint8_t *text, const cl_json_place *places, size_t count, size_t limit,
    size_t *name_count) {
    try {
        std::vector<std::string> &names = scanner->names;
        names.clear();
        bool isTooMany = false;
        const int code = eachRecord(
            scanner, text, places, count, [&](size_t, const uint8_t *s, const uint32_t *&ix) {
                size_t guess = 0;
                eachMember(s, ix, [&](const Name &name, uint32_t, uint32_t, uint32_t, uint32_t) {
                    auto matches = [&](const std::string &known) {
                        return known.size() == name.length && memcmp(known.data(), name.start, name.length) == 0;
                    };
                    if (guess < names.size() && matches(names[guess])) {
                        guess++;
                        return;
                    }
                    for (const std::string &known : names)
                        if (matches(known)) return;
                    if (names.size() == limit) {
                        isTooMany = true;
                        return;
                    }
                    names.emplace_back(reinterpret_cast<const char *>(name.start), name.length);
                    guess = names.size();
                });
            });
        *name_count = names.size();
        return code ? code : isTooMany ? CL_JSON_TOO_MANY_FIELDS : CL_JSON_OK;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

extern "C" const uint8_t *cl_json_member_name(const cl_json_scanner *scanner, size_t position, size_t *length) {
    *length = scanner->names[position].size();
    return reinterpret_cast<const uint8_t *>(scanner->names[position].data());
}
