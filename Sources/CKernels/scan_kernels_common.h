// What the scan loops of all instruction sets share: the scalar loops, which are also the ends of rows that fill no vector.
#pragma once

#include <math.h>
#include <string.h>

#include "scan_kernels_tables.h"

// Every table must give the same result, bit for bit, so nothing is fused.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// Partial sums of a dot product of floats, whatever the width of a vector.
enum { PARTIAL_SUMS = 16 };

// The sum of a row from a dimension on.
INLINE int64_t code_sum_from(size_t from, const uint8_t *row, const struct vectorspool_code_query *query) {
    int64_t sum = 0;
    // The sum of 512 products of 255 and 16,319 still fits an int32.
    for (; from < query->dimension; from += 512) {
        const size_t to = from + 512 < query->dimension ? from + 512 : query->dimension;
        int32_t partial = 0;
        for (size_t j = from; j < to; j++) partial += (int32_t)(row[j] ^ query->flip) * query->weights[j];
        sum += partial;
    }
    return sum;
}

// The sum of a row by the unrounded weights: partial sum i has every sixteenth product, and takes partial sum i + 8, then i + 4, i + 2,
// i + 1.
INLINE double unrounded_sum(const uint8_t *row, const struct vectorspool_code_query *query) {
    double sums[PARTIAL_SUMS] = {0};
    size_t j = 0;
    for (; j + PARTIAL_SUMS <= query->dimension; j += PARTIAL_SUMS)
        for (size_t i = 0; i < PARTIAL_SUMS; i++) sums[i] += (double)(row[j + i] ^ query->flip) * query->unrounded[j + i];
    for (size_t i = 0; j + i < query->dimension; i++)
        sums[i] += (double)(row[j + i] ^ query->flip) * query->unrounded[j + i];
    for (int width = PARTIAL_SUMS / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) sums[i] += sums[i + width];
    return sums[0];
}

// The sum of a row from a byte on.
INLINE int64_t sign_sum_from(size_t from, const uint8_t *row, size_t bytes, const struct vectorspool_sign_query *query) {
    int64_t sum = 0;
    for (size_t i = from; i < bytes; i++) {
        int32_t partial = 0;
        for (size_t b = 0; b < 8; b++) partial += query->weights[8 * i + b] & -(int32_t)((row[i] >> b) & 1);
        sum += partial;
    }
    return sum;
}

// Words of eight bytes: the compiler counts their bits as the target allows.
INLINE int64_t distance_from(size_t from, const uint8_t *row, size_t bytes, const uint8_t *query) {
    int64_t distance = 0;
    size_t i = from;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t ours, theirs;
        memcpy(&ours, query + i, 8);
        memcpy(&theirs, row + i, 8);
        distance += __builtin_popcountll(ours ^ theirs);
    }
    for (; i < bytes; i++) distance += __builtin_popcountll((uint64_t)(query[i] ^ row[i]));
    return distance;
}

// The sum of a row by a query of four planes of bits, the highest of which counts in reverse.
INLINE int64_t plane_sum(const uint8_t *row, const struct vectorspool_plane_query *query) {
    int64_t sum = 0;
    for (size_t i = 0; i < query->bytes; i += 8) {
        const size_t count = query->bytes - i < 8 ? query->bytes - i : 8;
        uint64_t ours = 0, theirs[4] = {0};
        memcpy(&ours, row + i, count);
        for (size_t k = 0; k < 4; k++) memcpy(&theirs[k], query->planes + 4 * k * query->bytes + i, count);
        sum += __builtin_popcountll(ours & theirs[0]) + 2 * __builtin_popcountll(ours & theirs[1])
            + 4 * __builtin_popcountll(ours & theirs[2]) - 8 * __builtin_popcountll(ours & theirs[3]);
    }
    return sum;
}

// Adds the products from a dimension on, fewer than there are partial sums.
INLINE void add_products_from(size_t from, const uint8_t *row, size_t dimension, const float *query, float *sums) {
    for (size_t j = from; j < dimension; j++) {
        float value;
        memcpy(&value, row + j * sizeof value, sizeof value);
        sums[j - from] += value * query[j];
    }
}

// Partial sum i takes partial sum i + 8, then i + 4, i + 2, i + 1.
INLINE double folded_sums(float *sums) {
    for (int width = PARTIAL_SUMS / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) sums[i] += sums[i + width];
    return sums[0] == sums[0] ? (double)sums[0] : -INFINITY;
}

// Codes of a row from a dimension on; returns the first that is NaN, or -1.
INLINE int64_t quantize_from(
    size_t from, const float *row, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    for (size_t j = from; j < buckets->dimension; j++) {
        const float value = row[j];
        if (value != value) return (int64_t)j;
        const float bucket = (value - buckets->starts[j]) / buckets->steps[j];
        // Clipping before the conversion makes truncation the same as floor, and keeps the conversion defined for infinities.
        const uint8_t code = !(bucket > 0) ? 0 : bucket >= 255 ? 255 : (uint8_t)bucket;
        codes[j] = code ^ buckets->flip;
        *clipped += value < buckets->lowest[j] || value > buckets->highest[j];
    }
    return -1;
}
