#include "thread.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

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
