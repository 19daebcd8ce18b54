// The vector loops for AVX-512 with bfloat16 conversion.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"))), apply_to = function)
#define HAS_FUSED
#define HAS_BFLOAT16
#define LANES 16
#define TABLE vectorspool_encoder_kernels_avx512bf16
#define TABLE_NAME "avx512bf16"
#include "encoder_kernels_vector.h"
#pragma clang attribute pop
#endif
