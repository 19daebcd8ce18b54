/// Scores rows of sign bits (binary and ubinary) against one query.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "instruction_set.h"

/// Writes minus the Hamming distance of each of `count` rows of `bytes` bytes to `query`, and returns the largest (-infinity for
/// none).
double vs_scan_hamming(vs_instruction_set set, const uint8_t *rows, size_t count, size_t bytes, const uint8_t *query,
                       double *scores);

/// A query of one integer weight per bit, between -16,319 and 16,319.
///
/// The sum of a row is the sum of the weights of its set bits; its score is `sum * scale + offset`. A weight stands where
/// the loops meet its bit: entry `8 * byte + b` belongs to the bit of value `1 << b`. Arrays are padded with zeros to a multiple of 64.
typedef struct vs_sign_query {
    size_t bytes;
    const int16_t *weights;
    /// `weight = 128 * high + low`.
    const int8_t *high;
    const int8_t *low;
    double scale;
    double offset;
} vs_sign_query;

/// Scores `count` contiguous rows of `bytes` bytes into `scores` and returns the largest score (-infinity for none).
double vs_scan_signs(vs_instruction_set set, const uint8_t *rows, size_t count, vs_sign_query query, double *scores);
