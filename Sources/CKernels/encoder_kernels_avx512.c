// The vector loops for AVX-512 (F, BW, VL, DQ).
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)
#define HAS_FUSED
#define LANES 16
#define TABLE vectorspool_encoder_kernels_avx512
#define TABLE_NAME "avx512"
#include "encoder_kernels_vector.h"
#pragma clang attribute pop
#endif
