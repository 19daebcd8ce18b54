#pragma once

#include "scan_kernels.h"

// One table a translation unit, declared below; scan_kernels.c picks among them.

extern const struct vectorspool_scan_kernels vectorspool_scan_kernels_scalar;
extern const struct vectorspool_scan_kernels vectorspool_scan_kernels_avx2;
extern const struct vectorspool_scan_kernels vectorspool_scan_kernels_avx512;
extern const struct vectorspool_scan_kernels vectorspool_scan_kernels_neon;
