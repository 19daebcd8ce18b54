// The scalar twin of the scan loops: plain C, which says what the vector versions must compute.
#include "scan_kernels_common.h"

INLINE int64_t code_sum(const uint8_t *row, const struct vectorspool_code_query *query) {
    return code_sum_from(0, row, query);
}

INLINE int64_t sign_sum(const uint8_t *row, size_t bytes, const struct vectorspool_sign_query *query) {
    return sign_sum_from(0, row, bytes, query);
}

INLINE int64_t distance(const uint8_t *row, size_t bytes, const uint8_t *query) {
    return distance_from(0, row, bytes, query);
}

INLINE double dot(const uint8_t *row, size_t dimension, const float *query) {
    const size_t whole = dimension - dimension % PARTIAL_SUMS;
    float sums[PARTIAL_SUMS] = {0};
    for (size_t j = 0; j < whole; j += PARTIAL_SUMS) {
        float values[PARTIAL_SUMS];
        memcpy(values, row + j * sizeof(float), sizeof values);
        for (size_t i = 0; i < PARTIAL_SUMS; i++) sums[i] += values[i] * query[j + i];
    }
    add_products_from(whole, row, dimension, query, sums);
    return folded_sums(sums);
}

INLINE int64_t quantize_row(
    const float *row, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    return quantize_from(0, row, buckets, codes, clipped);
}

#define TABLE vectorspool_scan_kernels_scalar
#define TABLE_NAME "scalar"
#include "scan_kernels_rows.h"
