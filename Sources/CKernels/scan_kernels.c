// Chooses the loops over rows for the processor that the program runs on.
#include "scan_kernels.h"

#include "kernel_choice.h"
#include "scan_kernels_tables.h"

size_t vectorspool_scan_kernels_all(const struct vectorspool_scan_kernels *const **tables) {
    // Each needs what the one before it needs, and more.
    static const struct vectorspool_scan_kernels *const known[] = {
        &vectorspool_scan_kernels_scalar,
#if defined(__aarch64__)
        &vectorspool_scan_kernels_neon,
#elif defined(__x86_64__)
        &vectorspool_scan_kernels_avx2,
        &vectorspool_scan_kernels_avx512,
#endif
    };
    size_t count = sizeof known / sizeof *known;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
    // Intel from Ice Lake, AMD from Zen 4.
    const int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
        && __builtin_cpu_supports("avx512vpopcntdq");
    count = !has_avx2 ? 1 : !has_avx512 ? 2 : 3;
#endif
    *tables = known;
    return count;
}

const struct vectorspool_scan_kernels *vectorspool_scan_kernels_for(const char *word) {
    const struct vectorspool_scan_kernels *const *tables;
    size_t count = vectorspool_scan_kernels_all(&tables);
    while (count > 1 && !vectorspool_kernels_allow(word, tables[count - 1]->name)) count--;
    return tables[count - 1];
}

const struct vectorspool_scan_kernels *vectorspool_scan_kernels_best(void) {
    return vectorspool_scan_kernels_for(vectorspool_kernels_word());
}
