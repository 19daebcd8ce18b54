// The vector loops for AVX2 with FMA.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define HAS_FUSED
#define LANES 8
#define TABLE vectorspool_encoder_kernels_avx2
#define TABLE_NAME "avx2"
#include "encoder_kernels_vector.h"
#pragma clang attribute pop
#endif
