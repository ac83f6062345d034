// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_SCANNER_HPP
#define CARTLOAD_SCANNER_HPP
#include <simdjson.h>

#include <memory>
#include <string>
#include <vector>

#include "Walk.hpp"

/// What is kept between calls, so that a steady state allocates nothing but the columns it hands out.
struct cl_json_scanner {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    std::vector<cl_json_place> places;
    std::vector<cl_json_fault> faults;
    std::vector<cl_json_place> tokens;
    /// Rows with a value that does not fit its column.
    std::vector<cl_json_fault> misfits;
    /// Where the run being walked starts in the block.
    uint32_t runStart = 0;
    /// Names of found columns.
    std::vector<std::string> names;
    std::vector<cl_json_column> columns;
    std::vector<cl_json_failure> failures;
    std::vector<cl_json_envelope> envelopes;

    void startScan() {
        places.clear();
        faults.clear();
        tokens.clear();
        envelopes.clear();
    }

    cl_json_lines lines(bool lineFed) const {
        return {places.data(), places.size(), faults.data(), faults.size(), tokens.data(), tokens.size(), lineFed};
    }

    /// Runs stage 1 over a run of text; on success `text` is ready to be walked.
    simdjson::error_code index(const uint8_t *start, size_t length, cartload::Text &text);
};
#endif
