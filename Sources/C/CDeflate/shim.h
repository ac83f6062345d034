// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_CDEFLATE_SHIM_H
#define CARTLOAD_CDEFLATE_SHIM_H
#include <libdeflate.h>
#endif
