// Chooses the loops for the processor that the program runs on.
#include "encoder_kernels.h"

#include "encoder_kernels_tables.h"
#include "kernel_choice.h"

size_t vectorspool_attention_scratch(size_t tokens, size_t head_width) {
    // The widest table: 16 lanes, two vectors a step, 8 queries a tile.
    size_t padded = (tokens + 31) / 32 * 32, value_width = (head_width + 31) / 32 * 32;
    size_t floats = head_width * padded + padded * value_width + 8 * padded + 8 * head_width;
    return (floats * sizeof(float) + 63) / 64 * 64;
}

size_t vectorspool_encoder_kernels_all(const struct vectorspool_encoder_kernels *const **tables) {
    // Each needs what the one before it needs, and more.
    static const struct vectorspool_encoder_kernels *const known[] = {
        &vectorspool_encoder_kernels_scalar,
        &vectorspool_encoder_kernels_vector128,
#if defined(__x86_64__)
        &vectorspool_encoder_kernels_avx2,
        &vectorspool_encoder_kernels_avx512,
        &vectorspool_encoder_kernels_avx512bf16,
#endif
    };
    size_t count = sizeof known / sizeof *known;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    count = !has_avx2 ? 2 : !has_avx512 ? 3 : !__builtin_cpu_supports("avx512bf16") ? 4 : 5;
#endif
    *tables = known;
    return count;
}

const struct vectorspool_encoder_kernels *vectorspool_encoder_kernels_for(const char *word) {
    const struct vectorspool_encoder_kernels *const *tables;
    size_t count = vectorspool_encoder_kernels_all(&tables);
    while (count > 1 && !vectorspool_kernels_allow(word, tables[count - 1]->name)) count--;
    return tables[count - 1];
}

const struct vectorspool_encoder_kernels *vectorspool_encoder_kernels_best(void) {
    return vectorspool_encoder_kernels_for(vectorspool_kernels_word());
}

int vectorspool_has_bfloat16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return 0;
#endif
}
