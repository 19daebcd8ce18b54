// The dot product of floats with vectors of LANES, which the including file sets.
#include "vector_operations.h"

INLINE double dot(const uint8_t *row, size_t dimension, const float *query) {
    const size_t whole = dimension - dimension % PARTIAL_SUMS;
    vector sums[PARTIAL_SUMS / LANES];
    for (size_t part = 0; part < PARTIAL_SUMS / LANES; part++) sums[part] = splat(0);
    for (size_t j = 0; j < whole; j += PARTIAL_SUMS)
#pragma clang loop unroll(full)
        for (size_t part = 0; part < PARTIAL_SUMS / LANES; part++) {
            const size_t at = j + part * LANES;
            sums[part] += load((const float *)(const void *)(row + at * sizeof(float))) * load(query + at);
        }
    float partial[PARTIAL_SUMS];
    for (size_t part = 0; part < PARTIAL_SUMS / LANES; part++) store(partial + part * LANES, sums[part]);
    add_products_from(whole, row, dimension, query, partial);
    return folded_sums(partial);
}
