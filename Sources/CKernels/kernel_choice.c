#include "kernel_choice.h"

#include <stdlib.h>
#include <string.h>

static int rank_of(const char *word) {
    // vector128 is neon by its other name: the loops for every processor, as they are compiled for Arm.
    static const struct {
        const char *word;
        int rank;
    } words[] = {{"scalar", 0}, {"vector128", 1}, {"neon", 1}, {"avx2", 2}, {"avx512", 3}, {"avx512bf16", 4}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0) return words[i].rank;
    return -1;
}

const char *vectorspool_kernels_word(void) { return getenv("VECTORSPOOL_KERNELS"); }

int vectorspool_kernels_allow(const char *word, const char *name) {
    const int most = word ? rank_of(word) : -1;
    return most < 0 || rank_of(name) <= most;
}
