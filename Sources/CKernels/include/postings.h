/// Lists of rows in blocks of 128, packed to the bits that their numbers need.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The postings of a block.
enum { VECTORSPOOL_POSTINGS = 128 };

/// Packs 128 numbers of at most `bits` bits (0 to 32) into 16 * bits bytes.
///
/// Number i stands in lane i % 4. A lane packs its 32 numbers one after another, the lowest bit first, into `bits` words of 32 bits;
/// word w of lane l is the little-endian word 4 * w + l. So four numbers are unpacked by one instruction (SIMD-BP128 by Lemire and
/// Boytsov, 2012, "Decoding billions of integers per second through vectorization").
void vectorspool_pack(const uint32_t *numbers, unsigned bits, uint8_t *packed);

/// Unpacks 128 numbers of `bits` bits from 16 * bits bytes, and adds `least` to each.
void vectorspool_unpack(const uint8_t *packed, unsigned bits, uint32_t least, uint32_t *numbers);

/// Turns 128 gaps into ascending rows in place: a row is the one before it, plus the gap, plus 1.
///
/// The row before the first is `previous`, -1 at the beginning of a list. Returns the last row, exact in 64 bits, so that a caller
/// who compares it knows that no row in between is too large.
int64_t vectorspool_rows_of_gaps(uint32_t *gaps, int64_t previous);

/// How the score of a posting follows from its count and the length of its row: `weight * count / (count + fixed + slope * length)`.
struct vectorspool_term_score {
    float weight;
    float fixed;
    float slope;
};

/// Adds the scores of postings to the sums of their rows.
///
/// `rows` are in ascending order and below the number of `lengths`, which are little-endian 16-bit numbers at any alignment. Only
/// rows from `lower` to below `upper` are added, to `sums[row - lower]`.
void vectorspool_add_scores(
    const uint32_t *rows, const uint32_t *counts, size_t count, const uint8_t *lengths,
    const struct vectorspool_term_score *score, uint32_t lower, uint32_t upper, float *sums);

/// The first of the rows from `start` to below `count` for which `scores[row] + weight * sums[row]` is at least `floor`.
///
/// Without scores, a null pointer, the sums alone count. Returns `count` when there is none.
size_t vectorspool_next_candidate(
    const double *scores, const float *sums, double weight, double floor, size_t start, size_t count);
