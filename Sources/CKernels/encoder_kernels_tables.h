#pragma once

#include "encoder_kernels.h"

// One table a translation unit; encoder_kernels.c picks among them.
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_scalar;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_vector128;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx2;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx512;
extern const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_avx512bf16;
