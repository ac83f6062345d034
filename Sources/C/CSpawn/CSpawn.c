// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#define CLOSE_ON_EXEC_FLAG 4u  // CLOSE_RANGE_CLOEXEC of Linux 5.11

// What the child tells the parent when it cannot become the program.
typedef struct {
    int stage;
    int error;
} failure;

// Everything that the child needs, made before it: it shares the parent's memory and may allocate nothing.
typedef struct {
    const cl_spawn_command *command;
    int ends[3];  // to become 0, 1, 2; -1 for what is inherited
    int report;
    pid_t parent;
} preparation;

// MARK: In the child: only calls that are safe in a signal handler.

static _Noreturn void give_up(const preparation *prepared, int stage) {
    failure told = {stage, errno};
    ssize_t written = write(prepared->report, &told, sizeof told);
    (void)written;
    _exit(127);
}

// A descriptor by its name in /proc, whose other names are `.` and `..`.
static int descriptor_named(const char *name) {
    int number = 0;
    if (*name < '0' || *name > '9') return -1;
    for (; *name >= '0' && *name <= '9'; name++) number = number * 10 + (*name - '0');
    return number;
}

// Closing at exec rather than now keeps the report's pipe open until then, and costs one call.
static int close_others_at_exec(int lacks_close_range) {
    if (!lacks_close_range && syscall(SYS_close_range, 3u, ~0u, CLOSE_ON_EXEC_FLAG) == 0) return 0;
    // An older kernel: /proc lists them, and marking them does not change the list that is being read.
    int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        // opendir allocates; getdents64 does not. Each entry is: inode 8, offset 8, length 2, kind 1, name.
        char entries[4096] __attribute__((aligned(8)));
        long size;
        while ((size = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
            for (long place = 0; place < size;) {
                uint16_t length;
                memcpy(&length, entries + place + 16, sizeof length);
                int descriptor = descriptor_named(entries + place + 19);
                if (descriptor > 2 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 && errno != EBADF) return -1;
                place += length;
            }
        }
        return (int)size;
    }
    // No /proc either: whatever the limit allows.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (limit.rlim_cur > 1 << 20) limit.rlim_cur = 1 << 20;
    for (int descriptor = 3; descriptor < (int)limit.rlim_cur; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return 0;
}

// Never above what the parent may: asking for more would fail for users other than root.
static int set_limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    if (hard < limit.rlim_max) limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit(resource, &limit);
}

static int set_limits(const cl_spawn_command *command) {
    if (set_limit(RLIMIT_CORE, 0, 0) != 0) return -1;  // a core would hold records and secrets
    rlim_t files = command->open_files, seconds = command->cpu_seconds, bytes = command->address_space;
    if (files != 0 && set_limit(RLIMIT_NOFILE, files, files) != 0) return -1;
    // SIGXCPU first, which has a name that can be told; SIGKILL a second later to one that bears it.
    if (seconds != 0 && set_limit(RLIMIT_CPU, seconds, seconds + 1) != 0) return -1;
    if (bytes != 0 && set_limit(RLIMIT_AS, bytes, bytes) != 0) return -1;
    return 0;
}

static _Noreturn void become_program(const preparation *prepared) {
    const cl_spawn_command *command = prepared->command;
    // Handlers go before signals come: they would run in the parent's memory. What was ignored would stay so, too.
    // By the system call, because the library's hides two signals of its own, which a parent may have been given ignored.
    unsigned long standard[8] = {0};  // the kernel's struct, however it is laid out: SIG_DFL, no flags, an empty mask
    for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, standard, NULL, (size_t)(NSIG - 1) / 8);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // A parent that died before that call sends nothing any more.
    if (getppid() != prepared->parent) _exit(127);

    for (int number = 0; number < 3; number++) {
        if (prepared->ends[number] >= 0 && dup2(prepared->ends[number], number) < 0) {
            give_up(prepared, CL_SPAWN_DESCRIPTORS);
        }
    }
    if (close_others_at_exec(command->lacks_close_range) != 0) give_up(prepared, CL_SPAWN_DESCRIPTORS);
    if (command->directory && chdir(command->directory) != 0) give_up(prepared, CL_SPAWN_DIRECTORY);
    if (set_limits(command) != 0) give_up(prepared, CL_SPAWN_LIMITS);

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(command->path, command->arguments, command->environment);
    give_up(prepared, CL_SPAWN_EXEC);
}

// MARK: In the parent.

static void close_end(int *end) {
    if (*end >= 0) close(*end);
    *end = -1;
}

// Above the standard descriptors, so that dup2 onto one of them never destroys another that is still needed.
static int above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int error = errno;
    close(descriptor);
    errno = error;
    return moved;
}

static int make_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ends[0] = ends[1] = -1;
        return -1;
    }
    ends[0] = above_standard(ends[0]);
    int error = errno;
    ends[1] = above_standard(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return 0;
    if (ends[0] >= 0) error = errno;
    close_end(&ends[0]);
    close_end(&ends[1]);
    errno = error;
    return -1;
}

// The child's end of a standard descriptor, and the parent's.
static int make_ends(int kind, int number, int *childs, int *parents) {
    if (kind == CL_SPAWN_NULL) {
        *childs = above_standard(open("/dev/null", (number == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC));
        return *childs < 0 ? -1 : 0;
    }
    if (kind != CL_SPAWN_PIPE) return 0;
    int ends[2];
    if (make_pipe(ends) != 0) return -1;
    *childs = ends[number == 0 ? 0 : 1];
    *parents = ends[number == 0 ? 1 : 0];
    // The ends of a pipe are two descriptions: the child's stays blocking.
    return fcntl(*parents, F_SETFL, fcntl(*parents, F_GETFL) | O_NONBLOCK);
}

// vfork, because fork copies the page tables of a parent with gigabytes, may be refused for the memory that a copy could
// need, and runs handlers of other libraries; the child's few calls are safe in the parent's memory. It is suspended
// here meanwhile. Not inlined: the frame that vfork returns to twice is this one alone.
static __attribute__((noinline)) pid_t fork_program(const preparation *prepared) {
    pid_t pid = vfork();
    if (pid == 0) become_program(prepared);
    return pid;
}

static int start(const cl_spawn_command *command, cl_spawn_child *child) {
    preparation prepared = {command, {-1, -1, -1}, -1, getpid()};
    int report[2] = {-1, -1};
    failure told = {CL_SPAWN_PIPES, 0};
    child->pid = -1;
    child->stage = 0;
    for (int number = 0; number < 3; number++) child->pipes[number] = -1;

    int is_ready = make_pipe(report) == 0;
    for (int number = 0; is_ready && number < 3; number++) {
        is_ready = make_ends(command->standard[number], number, &prepared.ends[number], &child->pipes[number]) == 0;
    }
    if (!is_ready) {
        told.error = errno;
    } else {
        prepared.report = report[1];
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pid_t pid = fork_program(&prepared);
        int error = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        close_end(&report[1]);
        if (pid < 0) {
            told = (failure){CL_SPAWN_FORK, error};
        } else {
            ssize_t size;
            do size = read(report[0], &told, sizeof told);
            while (size < 0 && errno == EINTR);
            if (size == 0) {
                told.error = 0;
                child->pid = pid;
            } else {
                if (size != sizeof told) told = (failure){CL_SPAWN_FORK, size < 0 ? errno : EIO};
                while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
            }
        }
    }
    close_end(&report[0]);
    close_end(&report[1]);
    for (int number = 0; number < 3; number++) {
        close_end(&prepared.ends[number]);
        if (told.error != 0) close_end(&child->pipes[number]);
    }
    if (told.error != 0) child->stage = told.stage;
    return told.error;
}

// MARK: The thread that starts children. The kernel kills them when the *thread* that started them ends.

typedef struct {
    const cl_spawn_command *command;
    cl_spawn_child *child;
    int result;
    int is_done;
} order;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static order *current;
static int thread_error;

static void *serve(void *context) {
    (void)context;
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (!current) pthread_cond_wait(&condition, &mutex);
        order *taken = current;
        pthread_mutex_unlock(&mutex);
        int result = start(taken->command, taken->child);
        pthread_mutex_lock(&mutex);
        taken->result = result;
        taken->is_done = 1;
        current = NULL;
        pthread_cond_broadcast(&condition);
    }
    return NULL;
}

static void begin(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    // The program's signals are for its other threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_error = pthread_create(&thread, &attributes, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

int cl_spawn(const cl_spawn_command *command, cl_spawn_child *child) {
    pthread_once(&once, begin);
    if (thread_error != 0) {
        child->stage = CL_SPAWN_FORK;
        return thread_error;
    }
    order mine = {command, child, 0, 0};
    pthread_mutex_lock(&mutex);
    while (current) pthread_cond_wait(&condition, &mutex);
    current = &mine;
    pthread_cond_broadcast(&condition);
    while (!mine.is_done) pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
    return mine.result;
}

int cl_spawn_exit_descriptor(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

long cl_spawn_write(int descriptor, const void *bytes, size_t count) {
    sigset_t broken, pending, before;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    long written;
    do written = write(descriptor, bytes, count);
    while (written < 0 && errno == EINTR);
    int error = errno;
    if (written < 0 && error == EPIPE && !was_pending) {
        // SIGPIPE of a write is for the thread that wrote, so this takes back exactly that one.
        struct timespec none = {0, 0};
        while (sigtimedwait(&broken, NULL, &none) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

int cl_spawn_pipe(int ends[2]) { return make_pipe(ends); }

const char *cl_spawn_signal_name(int signal) {
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGHUP, "SIGHUP"},       {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
        {SIGTRAP, "SIGTRAP"},     {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
        {SIGKILL, "SIGKILL"},     {SIGUSR1, "SIGUSR1"}, {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},
        {SIGPIPE, "SIGPIPE"},     {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"}, {SIGXCPU, "SIGXCPU"},
        {SIGXFSZ, "SIGXFSZ"},     {SIGSYS, "SIGSYS"},   {SIGIO, "SIGIO"},     {SIGPWR, "SIGPWR"},
        {SIGVTALRM, "SIGVTALRM"}, {SIGPROF, "SIGPROF"}, {SIGSTOP, "SIGSTOP"},
    };
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        if (names[index].number == signal) return names[index].name;
    }
    return NULL;
}
