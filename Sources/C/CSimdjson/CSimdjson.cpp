// SPDX-License-Identifier: Apache-2.0
#include "CSimdjson.h"
#include <simdjson.h>
struct cl_json_scanner { simdjson::dom::parser parser; };
extern "C" cl_json_scanner *cl_json_scanner_create(void) { return new cl_json_scanner; }
extern "C" void cl_json_scanner_destroy(cl_json_scanner *scanner) { delete scanner; }
