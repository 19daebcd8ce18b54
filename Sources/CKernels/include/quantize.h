/// Floats to codes, byte for byte as sentence-transformers 6.2 `quantize_embeddings` makes them.
///
/// A code is `floor((value - start) / step)` clipped to 0...255: a subtraction and a true division in the type of the
/// value, never a multiplication by the reciprocal and never a fused multiply-add, since either changes codes at bucket edges.
/// `flip` is 0 for uint8 and 0x80 for int8, whose codes are 128 lower.
///
/// Every function returns the index of the first NaN in `values` (row-major), or -1 when there is none; after a NaN the codes
/// written so far mean nothing.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "instruction_set.h"

/// What is the same for every row: one value per dimension in each array.
typedef struct vs_buckets {
    size_t dimension;
    /// Where bucket 0 begins.
    const float *starts;
    /// The width of a bucket, never 0.
    const float *steps;
    /// Values under `lowest` or over `highest` are counted as clipped.
    const float *lowest;
    const float *highest;
    /// XORed into every code.
    uint8_t flip;
} vs_buckets;

/// Quantizes `rows` rows of floats; adds the values outside `lowest...highest` to `*clipped`.
int64_t vs_quantize_floats(vs_instruction_set set, const float *values, size_t rows, vs_buckets buckets,
                           uint8_t *codes, uint64_t *clipped);

/// Quantizes rows of doubles, in double arithmetic throughout, as NumPy does for float64 embeddings.
int64_t vs_quantize_doubles(const double *values, size_t rows, vs_buckets buckets, uint8_t *codes, uint64_t *clipped);

/// Packs `value > 0` of each dimension into bits, the first dimension highest; unused low bits of a row's last byte are 0.
/// `flip` is 0 for ubinary and 0x80 for binary.
int64_t vs_pack_float_signs(const float *values, size_t rows, size_t dimension, uint8_t flip, uint8_t *codes);

/// Packs the signs of doubles: a positive double too small for a float still counts as positive.
int64_t vs_pack_double_signs(const double *values, size_t rows, size_t dimension, uint8_t flip, uint8_t *codes);

/// Writes `count` doubles as the nearest floats, aligned or not.
int64_t vs_narrow_doubles(const double *values, size_t count, uint8_t *floats);

/// Writes `count` floats, aligned or not.
int64_t vs_copy_floats(const float *values, size_t count, uint8_t *floats);
