// SPDX-License-Identifier: Apache-2.0
// CPU time per record of the JSON record path, on one thread, beside simdjson's own parser:
//   clang++ -std=c++17 -O2 -ISources/C/CSimdjson/include Benchmarks/JSONLines/*.cpp Sources/C/CSimdjson/*.cpp -lsimdjson -lre2
//   a.out EVENTS.jsonl
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "CSimdjson.h"

static double now() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

static const uint8_t *bytes(const char *text) { return reinterpret_cast<const uint8_t *>(text); }

/// The schema of the reference records.
static cl_json_validator *schema() {
    auto v = cl_json_validator_create();
    auto root = cl_json_validator_add(v);
    cl_json_validator_set_types(v, root, CL_JSON_TYPE_OBJECT);
    auto add = [&](int32_t parent, const char *name, uint32_t types, bool required) {
        auto node = cl_json_validator_add(v);
        cl_json_validator_set_types(v, node, types);
        cl_json_validator_add_property(v, parent, bytes(name), strlen(name), node, required);
        return node;
    };
    char error[64];
    add(root, "id", CL_JSON_TYPE_INTEGER, true);
    auto uuid = add(root, "uuid", CL_JSON_TYPE_STRING, true);
    cl_json_validator_set_number(v, uuid, CL_JSON_RULE_MIN_LENGTH, 36);
    cl_json_validator_set_number(v, uuid, CL_JSON_RULE_MAX_LENGTH, 36);
    add(root, "name", CL_JSON_TYPE_STRING, false);
    auto email = add(root, "email", CL_JSON_TYPE_STRING, false);
    cl_json_validator_add_pattern(v, email, bytes("^[^@]+@[^@]+$"), 13, -1, error, sizeof error);
    add(root, "ts", CL_JSON_TYPE_STRING, false);
    auto amount = add(root, "amount", CL_JSON_TYPE_NUMBER, false);
    cl_json_validator_set_number(v, amount, CL_JSON_RULE_MINIMUM, 0);
    add(root, "active", CL_JSON_TYPE_BOOLEAN, false);
    add(root, "ref", CL_JSON_TYPE_STRING | CL_JSON_TYPE_NULL, false);
    auto geo = add(root, "geo", CL_JSON_TYPE_OBJECT, false);
    add(geo, "cc", CL_JSON_TYPE_STRING, false);
    add(geo, "lat", CL_JSON_TYPE_NUMBER, false);
    add(root, "note", CL_JSON_TYPE_STRING | CL_JSON_TYPE_NULL, false);
    cl_json_validator_finish(v);
    return v;
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    auto text = simdjson::padded_string::load(arguments[1]).value();
    auto data = reinterpret_cast<const uint8_t *>(text.data());
    const size_t size = text.size(), block = 1 << 20;
    auto scanner = cl_json_scanner_create();
    auto validator = schema();
    const char *names[] = {"id", "name", "email", "amount", "active", "ts"};
    const uint8_t *paths[6], *nested[2] = {bytes("geo"), bytes("cc")};
    size_t lengths[6], nestedLengths[2] = {3, 2};
    cl_json_item items[7];
    for (int i = 0; i < 6; i++) {
        paths[i] = bytes(names[i]);
        lengths[i] = strlen(names[i]);
        items[i] = {&paths[i], &lengths[i], 1, CL_JSON_FORM_INFERRED};
    }
    items[6] = {nested, nestedLengths, 2, CL_JSON_FORM_INFERRED};
    enum { Dom, Scan, Messages, ExtractSome, OnePass, ExtractAll, Encode, Validate, Cases };
    const char *titles[] = {"simdjson DOM", "scan", "scan messages", "extract 7 fields", "scan + 7 fields", "extract all", "encode all", "validate"};
    double best[Cases];
    std::fill(best, best + Cases, 1e9);
    size_t records = 0, failed = 0;
    std::vector<uint8_t> output(4 * block);
    for (int round = 0; round < 5; round++) {
        double spent[Cases] = {};
        double t = now();
        simdjson::dom::parser parser;
        size_t documents = 0;
        for (auto document : parser.parse_many(text)) {
            documents += document["id"].error() == simdjson::SUCCESS;
        }
        spent[Dom] = now() - t;
        records = 0;
        for (size_t start = 0; start < size;) {
            size_t end = std::min(start + block, size);
            while (end < size && data[end - 1] != '\n') end--;
            cl_json_lines lines;
            t = now();
            cl_json_scan_lines(scanner, data + start, end - start, CL_JSON_NOT_FINITE_ALLOWED, &lines);
            spent[Scan] += now() - t;
            std::vector<cl_json_place> places(lines.places, lines.places + lines.count);
            records += places.size();
            const cl_json_envelope *envelopes;
            t = now();
            cl_json_scan_messages(scanner, data + start, end - start, CL_JSON_NOT_FINITE_ALLOWED, &lines, &envelopes);
            spent[Messages] += now() - t;
            cl_json_table table;
            t = now();
            cl_json_extract(scanner, data + start, end - start, places.data(), nullptr, places.size(), items, 7, &table);
            cl_json_table_release(&table);
            spent[ExtractSome] += now() - t;
            t = now();
            cl_json_scan_columns(
                scanner, data + start, end - start, CL_JSON_NOT_FINITE_ALLOWED, items, 7, &lines, &table);
            cl_json_table_release(&table);
            spent[OnePass] += now() - t;
            t = now();
            cl_json_extract(scanner, data + start, end - start, places.data(), nullptr, places.size(), nullptr, 0, &table);
            spent[ExtractAll] += now() - t;
            std::vector<cl_json_writable> writables;
            std::vector<std::string> prefixes;
            static const int32_t encodings[] = {
                CL_JSON_WRITE_NULL, CL_JSON_WRITE_BOOLEAN, CL_JSON_WRITE_INTEGER, CL_JSON_WRITE_NUMBER,
                CL_JSON_WRITE_STRING, CL_JSON_WRITE_DIGITS, CL_JSON_WRITE_DIGITS, CL_JSON_WRITE_JSON};
            for (size_t i = 0; i < table.column_count; i++) {
                auto &column = table.columns[i];
                std::string name(reinterpret_cast<const char *>(column.name), column.name_length);
                prefixes.push_back((i == 0 ? "{\"" : ",\"") + name + "\":");
            }
            for (auto &prefix : prefixes) prefix.reserve(prefix.size() + 64);
            for (size_t i = 0; i < table.column_count; i++) {
                auto &column = table.columns[i];
                writables.push_back({bytes(prefixes[i].data()), prefixes[i].size(), encodings[column.kind],
                                     column.values, static_cast<uint8_t *>(column.text),
                                     static_cast<uint8_t *>(column.validity)});
            }
            size_t written, notFinite = 0;
            t = now();
            size_t done = cl_json_write_rows(
                writables.data(), writables.size(), nullptr, 0, places.size(), output.data(), output.size(), &written,
                nullptr, 0, 0, &notFinite);
            spent[Encode] += now() - t;
            if (done != places.size()) return 1;
            cl_json_table_release(&table);
            const cl_json_failure *failures;
            size_t failureCount;
            t = now();
            cl_json_validate(
                scanner, validator, data + start, end - start, places.data(), nullptr, places.size(), &failures,
                &failureCount);
            spent[Validate] += now() - t;
            failed += failureCount;
            start = end;
        }
        if (documents == 0) return 1;
        for (int i = 0; i < Cases; i++) best[i] = std::min(best[i], spent[i]);
    }
    for (int i = 0; i < Cases; i++)
        printf("%-18s %7.1f ns/record %6.2f of DOM\n", titles[i], best[i] / double(records) * 1e9, best[i] / best[Dom]);
    printf("%zu records, %zu failed validation\n", records, failed);
}
