// SPDX-License-Identifier: Apache-2.0
#ifndef CMEMORY_H
#define CMEMORY_H

/// Tunes malloc for a program whose large allocations are blocks of bounded size that travel between threads.
void cl_memory_tune(void);

/// Lets go of the code and constants that were read to start with; what is still needed comes back from the page cache.
void cl_memory_forget_start(void);

#endif
