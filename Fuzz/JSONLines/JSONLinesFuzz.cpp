// SPDX-License-Identifier: Apache-2.0
// Feeds arbitrary bytes to the JSON scanner. It must not crash, and must find the same whether it checks a block at once
// or line by line; what it accepts must extract without a fault and simdjson's own parser must accept it too.
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "CSimdjson.h"

#define REQUIRE(condition)                                              \
    do {                                                                \
        if (!(condition)) {                                             \
            fprintf(stderr, "not so: %s (line %d)\n", #condition, __LINE__); \
            abort();                                                    \
        }                                                               \
    } while (0)

struct Outcome {
    std::vector<cl_json_place> places, tokens;
    std::vector<cl_json_fault> faults;
    int lineFed;
};

static Outcome scan(cl_json_scanner *scanner, const uint8_t *block, size_t size, uint32_t flags) {
    cl_json_lines lines;
    REQUIRE(cl_json_scan_lines(scanner, block, size, flags, &lines) == CL_JSON_OK);
    Outcome outcome;
    outcome.places.assign(lines.places, lines.places + lines.count);
    outcome.tokens.assign(lines.tokens, lines.tokens + lines.token_count);
    outcome.faults.assign(lines.faults, lines.faults + lines.fault_count);
    outcome.lineFed = lines.line_fed;
    return outcome;
}

template <class Element>
static bool same(const std::vector<Element> &left, const std::vector<Element> &right) {
    return left.size() == right.size()
        && (left.empty() || memcmp(left.data(), right.data(), left.size() * sizeof(Element)) == 0);
}

/// A schema with every rule that looks at a value.
static cl_json_validator *makeSchema() {
    auto v = cl_json_validator_create();
    for (int i = 0; i < 6; i++) cl_json_validator_add(v);
    auto text = [](const char *string) { return reinterpret_cast<const uint8_t *>(string); };
    char error[64];
    cl_json_validator_add_property(v, 0, text("a"), 1, 1, 0);
    cl_json_validator_add_property(v, 0, text("id"), 2, 2, 1);
    cl_json_validator_add_pattern(v, 0, text("^b"), 2, 3, error, sizeof error);
    cl_json_validator_add_child(v, 1, CL_JSON_RULE_ANY_OF, 0);
    cl_json_validator_add_child(v, 1, CL_JSON_RULE_ANY_OF, 4);
    cl_json_validator_add_child(v, 1, CL_JSON_RULE_ITEMS, 1);
    cl_json_validator_set_number(v, 1, CL_JSON_RULE_UNIQUE_ITEMS, 1);
    cl_json_validator_set_types(v, 2, CL_JSON_TYPE_INTEGER | CL_JSON_TYPE_NULL | CL_JSON_TYPE_STRING);
    cl_json_validator_set_number(v, 2, CL_JSON_RULE_MULTIPLE_OF, 0.5);
    cl_json_validator_set_number(v, 2, CL_JSON_RULE_MIN_LENGTH, 2);
    cl_json_validator_add_pattern(v, 2, text("^[^x]*$"), 7, -1, error, sizeof error);
    cl_json_validator_add_value(v, 3, text("{\"a\":[1,\"x\"]}"), 13);
    cl_json_validator_add_value(v, 3, text("null"), 4);
    cl_json_validator_add_child(v, 4, CL_JSON_RULE_NOT, 5);
    cl_json_validator_set_types(v, 5, CL_JSON_TYPE_STRING);
    cl_json_validator_finish(v);
    return v;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static cl_json_scanner *scanner = cl_json_scanner_create();
    static simdjson::dom::parser parser;
    // Exactly the padding that is promised, filled with what hurts most.
    std::vector<uint8_t> block(data, data + size);
    block.insert(block.end(), 64, size % 3 == 0 ? '"' : size % 3 == 1 ? '\\' : '1');

    Outcome whole = scan(scanner, block.data(), size, CL_JSON_NOT_FINITE_ALLOWED);
    Outcome lines = scan(scanner, block.data(), size, CL_JSON_NOT_FINITE_ALLOWED | CL_JSON_LINE_BY_LINE);
    REQUIRE(same(whole.places, lines.places) && same(whole.tokens, lines.tokens));
    REQUIRE(same(whole.faults, lines.faults));
    Outcome strict = scan(scanner, block.data(), size, 0);
    REQUIRE(strict.places.size() + strict.faults.size() == whole.places.size() + whole.faults.size());

    for (auto &place : strict.places) {
        REQUIRE(place.start < place.end && place.end <= size && block[place.start] == '{' && block[place.end - 1] == '}');
        simdjson::dom::element element;
        auto error = parser.parse(block.data() + place.start, place.end - place.start, true).get(element);
        // Half a surrogate pair, a number out of range and more depth than its parser takes are ours to accept.
        REQUIRE(error == simdjson::SUCCESS || error == simdjson::STRING_ERROR || error == simdjson::NUMBER_ERROR
            || error == simdjson::DEPTH_ERROR);
    }

    static const uint8_t *const names[] = {
        reinterpret_cast<const uint8_t *>("a"), reinterpret_cast<const uint8_t *>("id"),
        reinterpret_cast<const uint8_t *>("a"), reinterpret_cast<const uint8_t *>("b")};
    static const size_t lengths[] = {1, 2, 1, 1};
    static const cl_json_item items[] = {
        {names, lengths, 1, CL_JSON_FORM_INFERRED}, {names + 1, lengths + 1, 1, CL_JSON_FORM_INTEGER},
        {names + 2, lengths + 2, 2, CL_JSON_FORM_INFERRED}, {names, lengths, 1, CL_JSON_FORM_RAW},
        {names + 1, lengths + 1, 1, CL_JSON_FORM_NUMBER}, {names + 3, lengths + 3, 1, CL_JSON_FORM_DECIMAL},
        {names + 3, lengths + 3, 1, CL_JSON_FORM_TIMESTAMP}};
    for (int all = 0; all < 2; all++) {
        cl_json_table table;
        int code = cl_json_extract(
            scanner, block.data(), size, whole.places.data(), nullptr, whole.places.size(), all ? nullptr : items, 7,
            &table);
        REQUIRE(code == CL_JSON_OK || code == CL_JSON_TOO_MANY_FIELDS);
        for (size_t i = 0; i < table.fault_count; i++) REQUIRE(table.faults[i].code == CL_JSON_WRONG_TYPE);
        std::vector<cl_json_writable> columns;
        std::vector<uint8_t> prefix(128, 'x');
        for (size_t i = 0; i < table.column_count; i++) {
            auto &column = table.columns[i];
            static const int32_t encodings[] = {
                CL_JSON_WRITE_NULL, CL_JSON_WRITE_BOOLEAN, CL_JSON_WRITE_INTEGER, CL_JSON_WRITE_NUMBER,
                CL_JSON_WRITE_STRING, CL_JSON_WRITE_DIGITS, CL_JSON_WRITE_DIGITS, CL_JSON_WRITE_JSON};
            columns.push_back({prefix.data(), 5, encodings[column.kind], column.values,
                               static_cast<uint8_t *>(column.text), static_cast<uint8_t *>(column.validity)});
        }
        size_t done = 0, notFinite = 0;
        while (done < whole.places.size()) {
            size_t bound = cl_json_row_bound(columns.data(), columns.size(), done), written = 0;
            std::vector<uint8_t> output(bound);
            size_t more = cl_json_write_rows(
                columns.data(), columns.size(), nullptr, done, 1, output.data(), bound, &written, nullptr, 0,
                CL_JSON_ASCII_ONLY * (done & 1), &notFinite);
            REQUIRE(more == 1 && written <= bound);
            done += more;
        }
        cl_json_table_release(&table);
    }
    {
        cl_json_lines found;
        cl_json_table table;
        int code = cl_json_scan_columns(
            scanner, block.data(), size, CL_JSON_NOT_FINITE_ALLOWED, items, 7, &found, &table);
        REQUIRE(code == CL_JSON_OK && found.count == whole.places.size() && found.fault_count == whole.faults.size());
        REQUIRE(found.token_count == whole.tokens.size());
        cl_json_table_release(&table);
        const cl_json_envelope *envelopes;
        REQUIRE(cl_json_scan_messages(scanner, block.data(), size, CL_JSON_NOT_FINITE_ALLOWED, &found, &envelopes) == 0);
        REQUIRE(found.count == whole.places.size() && found.fault_count == whole.faults.size());
        for (size_t i = 0; i < found.count; i++)
            for (auto &member : envelopes[i].members) REQUIRE(member.start <= member.end && member.end <= size);
    }
    static cl_json_validator *schema = makeSchema();
    const cl_json_failure *failures;
    size_t failureCount;
    REQUIRE(cl_json_validate(
        scanner, schema, block.data(), size, whole.places.data(), nullptr, whole.places.size(), &failures,
        &failureCount) == CL_JSON_OK);
    for (size_t i = 0; i < failureCount; i++) REQUIRE(failures[i].rule != CL_JSON_RULE_INVALID_RECORD);
    // Places that nobody checked must not matter to safety either.
    if (size > 8) {
        std::vector<cl_json_place> wild = {{0, uint32_t(size / 2)}, {uint32_t(size / 2), uint32_t(size - 1)},
                                           {uint32_t(size - 1), uint32_t(size)}};
        cl_json_table table;
        cl_json_extract(scanner, block.data(), size, wild.data(), nullptr, wild.size(), nullptr, 0, &table);
        cl_json_table_release(&table);
        cl_json_validate(
            scanner, schema, block.data(), size, wild.data(), nullptr, wild.size(), &failures, &failureCount);
        const int32_t some[] = {0, 2};
        cl_json_extract(scanner, block.data(), size, wild.data(), some, 2, items, 7, &table);
        cl_json_table_release(&table);
    }
    return 0;
}
