#include "thread.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void vectorspool_thread_name(const char *name) {
    char clipped[16];
    strncpy(clipped, name, sizeof clipped - 1);
    clipped[sizeof clipped - 1] = 0;
    pthread_setname_np(pthread_self(), clipped);
}

int vectorspool_usable_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

void vectorspool_thread_gives_way(void) {
    // Linux keeps a nice value for each thread, contrary to POSIX; 0 is the calling one.
    setpriority(PRIO_PROCESS, 0, 10);
    // ioprio_set(2): class idle, for which the C library has no function. It reads the disk when nobody else does.
    syscall(SYS_ioprio_set, 1, 0, 3 << 13);
}
