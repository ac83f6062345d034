// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cl_json_scanner cl_json_scanner;
cl_json_scanner *cl_json_scanner_create(void);
void cl_json_scanner_destroy(cl_json_scanner *);
#ifdef __cplusplus
}
#endif
#endif
