/// Rows to codes where one loop serves all processors; floats to codes are in scan_kernels.h.
///
/// Every function returns the index of the first NaN in `values` (row-major), or -1 when there is none; after a NaN the codes
/// written so far mean nothing.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scan_kernels.h"

/// Quantizes rows of doubles, in double arithmetic throughout, as NumPy does for float64 embeddings.
int64_t vectorspool_quantize_doubles(
    const double *values, size_t rows, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped);

/// Packs `value > 0` of each dimension into bits, the first dimension highest; unused low bits of a row's last byte are 0.
/// `flip` is 0 for ubinary and 0x80 for binary.
int64_t vectorspool_pack_float_signs(const float *values, size_t rows, size_t dimension, uint8_t flip, uint8_t *codes);

/// Packs the signs of doubles: a positive double too small for a float still counts as positive.
int64_t vectorspool_pack_double_signs(const double *values, size_t rows, size_t dimension, uint8_t flip, uint8_t *codes);

/// Writes `count` doubles as the nearest floats, aligned or not.
int64_t vectorspool_narrow_doubles(const double *values, size_t count, uint8_t *floats);

/// Writes `count` floats, aligned or not.
int64_t vectorspool_copy_floats(const float *values, size_t count, uint8_t *floats);
