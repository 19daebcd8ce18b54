#pragma once

#include "encoder_kernels.h"

// One table a translation unit, declared below; encoder_kernels.c picks among them.

// Attention of bfloat16 on AVX512_BF16, for heads whose width is a multiple of 32.
void vectorspool_attention_bfloat16(const struct vectorspool_attention *call);

extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_scalar;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_vector128;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx2;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx512;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx512bf16;
