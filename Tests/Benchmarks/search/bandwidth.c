// Prints how fast two threads read memory, in GB/s: the best of several passes over a gigabyte.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 2, PASSES = 12 };
static const size_t bytes = (size_t)1 << 30;
static uint8_t *memory;
static uint64_t sums[THREADS];

static void *read_part(void *number) {
    const size_t thread = (size_t)number, count = bytes / 8 / THREADS;
    const uint64_t *words = (const uint64_t *)memory + thread * count;
    uint64_t lanes[16] = {0};
    for (size_t i = 0; i < count; i += 16)
        for (size_t lane = 0; lane < 16; lane++) lanes[lane] += words[i + lane];
    for (size_t lane = 0; lane < 16; lane++) sums[thread] += lanes[lane];
    return NULL;
}

int main(void) {
    memory = aligned_alloc(1 << 21, bytes);
    if (!memory) return 1;
    memset(memory, 1, bytes);
    double best = 1e9;
    for (int pass = 0; pass < PASSES; pass++) {
        struct timespec began, ended;
        pthread_t threads[THREADS];
        clock_gettime(CLOCK_MONOTONIC, &began);
        for (size_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, read_part, (void *)i);
        for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        const double seconds = (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) * 1e-9;
        if (seconds < best) best = seconds;
    }
    // The sums keep the compiler from leaving the reading out.
    fprintf(stderr, "%llu\n", (unsigned long long)(sums[0] + sums[1]));
    printf("%.2f\n", (double)bytes / best * 1e-9);
    return 0;
}
