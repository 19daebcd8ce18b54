// Chooses the loops for the processor that the program runs on.
#include "encoder_kernels.h"

#include <stdlib.h>
#include <string.h>

#include "encoder_kernels_tables.h"

size_t vectorspool_attention_scratch(size_t tokens, size_t head_width) {
    // The widest table: 16 lanes, two vectors a step, 8 queries a tile.
    size_t padded = (tokens + 31) / 32 * 32, value_width = (head_width + 31) / 32 * 32;
    size_t floats = head_width * padded + padded * value_width + 8 * padded + 8 * head_width;
    return (floats * sizeof(float) + 63) / 64 * 64;
}

size_t vectorspool_encoder_kernels_all(const struct vectorspool_encoder_kernels *const **tables) {
    static const struct vectorspool_encoder_kernels *found[5];
    size_t count = 0;
    found[count++] = &vectorspool_encoder_kernels_scalar;
    found[count++] = &vectorspool_encoder_kernels_vector128;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        found[count++] = &vectorspool_encoder_kernels_avx2;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
            found[count++] = &vectorspool_encoder_kernels_avx512;
            if (__builtin_cpu_supports("avx512bf16")) found[count++] = &vectorspool_encoder_kernels_avx512bf16;
        }
    }
#endif
    *tables = found;
    return count;
}

const struct vectorspool_encoder_kernels *vectorspool_encoder_kernels_best(void) {
    const struct vectorspool_encoder_kernels *const *tables;
    size_t count = vectorspool_encoder_kernels_all(&tables);
    const char *wanted = getenv("VECTORSPOOL_KERNELS");
    for (size_t i = 0; wanted && i < count; i++)
        if (strcmp(tables[i]->name, wanted) == 0) return tables[i];
    return tables[count - 1];
}

int vectorspool_has_bfloat16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return 0;
#endif
}
