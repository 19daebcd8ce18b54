#include "instruction_set.h"

vs_instruction_set vs_best_instruction_set(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq")
        && __builtin_cpu_supports("popcnt"))
        return VS_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
        return VS_AVX2;
#endif
    return VS_SCALAR;
}
