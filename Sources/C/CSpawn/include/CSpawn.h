// SPDX-License-Identifier: Apache-2.0
#ifndef CSPAWN_H
#define CSPAWN_H

#include <stddef.h>

/// What a child has as one of its standard descriptors.
enum {
    CL_SPAWN_INHERIT = 0,
    CL_SPAWN_PIPE = 1,
    CL_SPAWN_NULL = 2,
};

/// What could not be done.
enum {
    CL_SPAWN_PIPES = 1,
    CL_SPAWN_FORK = 2,
    CL_SPAWN_DIRECTORY = 3,
    CL_SPAWN_LIMITS = 4,
    CL_SPAWN_DESCRIPTORS = 5,
    CL_SPAWN_EXEC = 6,
};

/// A program to start. Strings and lists are the caller's and are only read.
typedef struct {
    const char *path;             ///< The file itself: nothing is searched for.
    char *const *arguments;       ///< Ends with NULL; the first is the name that the program sees.
    char *const *environment;     ///< Ends with NULL.
    const char *directory;        ///< NULL for the parent's.
    int standard[3];              ///< CL_SPAWN_INHERIT, CL_SPAWN_PIPE or CL_SPAWN_NULL.
    unsigned long address_space;  ///< Bytes; 0 for the parent's limit, here and below.
    unsigned long cpu_seconds;
    unsigned long open_files;
    int lacks_close_range;        ///< Does as on a kernel without close_range, for tests.
} cl_spawn_command;

/// A child that was started: leader of its own process group.
typedef struct {
    int pid;
    int pipes[3];  ///< The parent's ends, non-blocking and closed by any exec; -1 where there is none.
    int stage;     ///< After a failure: what could not be done.
} cl_spawn_child;

/// Starts a program from a thread that lives as long as this process, and returns once it runs or could not be started.
///
/// Returns 0, or an errno, after which nothing is left open or running.
int cl_spawn(const cl_spawn_command *command, cl_spawn_child *child);

/// A descriptor that can be read from once the child has ended, or -1 where the kernel has none.
int cl_spawn_exit_descriptor(int pid);

/// Writes as write(2), but a reader that is gone is only EPIPE and no signal, whatever the program does about SIGPIPE.
long cl_spawn_write(int descriptor, const void *bytes, size_t count);

/// A pipe whose ends any exec closes; returns 0, or -1 with errno.
int cl_spawn_pipe(int ends[2]);

/// The name of a signal, such as SIGSEGV; NULL for one that has none.
const char *cl_spawn_signal_name(int signal);

#endif
