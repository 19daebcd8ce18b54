/// Scores rows of int8 or uint8 codes against one query of integer weights.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "instruction_set.h"

/// A query of integer weights between -16,319 and 16,319, in the two forms that the loops read.
///
/// The sum of a row is `sum of (code ^ flip) * weight`, exact in 64 bits for up to 65,536 dimensions; its score is
/// `sum * scale + offset`. All arrays are padded with zeros to a multiple of 64.
typedef struct vs_code_query {
    size_t dimension;
    /// 0 for uint8 codes; 0x80 makes int8 codes unsigned (128 higher), as the multiply of unsigned by signed bytes needs.
    uint8_t flip;
    const int16_t *weights;
    /// The same weights as two signed bytes each, `weight = 128 * high + low`: at 15 bits a query loses nothing that matters,
    /// and reading the codes from memory takes longer than both multiplications.
    const int8_t *high;
    const int8_t *low;
    double scale;
    double offset;
} vs_code_query;

/// Scores `count` contiguous rows of `dimension` bytes into `scores` and returns the largest score (-infinity for none).
double vs_scan_codes(vs_instruction_set set, const uint8_t *rows, size_t count, vs_code_query query, double *scores);
