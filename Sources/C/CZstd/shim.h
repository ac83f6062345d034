// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_CZSTD_SHIM_H
#define CARTLOAD_CZSTD_SHIM_H
#include <zstd.h>
#endif
