/// Scores rows of floats against one query.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "instruction_set.h"

/// Writes the dot product of `query` with each of `count` contiguous rows of little-endian floats, and returns the largest
/// (-infinity for none).
///
/// Every version adds in the same order (16 partial sums, then pairs of them) without fused multiply-adds, so that a search ranks
/// the same rows in the same order on every CPU. A score that is not a number (infinite rows) is written as -infinity.
double vs_scan_floats(vs_instruction_set set, const uint8_t *rows, size_t count, size_t dimension, const float *query,
                      double *scores);
