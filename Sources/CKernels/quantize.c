#include "quantize.h"

#include <string.h>

#pragma clang fp contract(off)

// Clipping before the conversion makes truncation the same as floor, and keeps the conversion defined for infinities.
static inline uint8_t clipped_bucket(double bucket) {
    if (!(bucket > 0))
        return 0;
    return bucket >= 255 ? 255 : (uint8_t)bucket;
}

int64_t vectorspool_quantize_doubles(
    const double *values, size_t rows, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    for (size_t i = 0; i < rows * buckets->dimension; i++) {
        const size_t j = i % buckets->dimension;
        const double value = values[i];
        if (value != value)
            return (int64_t)i;
        const double bucket = (value - (double)buckets->starts[j]) / (double)buckets->steps[j];
        codes[i] = clipped_bucket(bucket) ^ buckets->flip;
        *clipped += value < (double)buckets->lowest[j] || value > (double)buckets->highest[j];
    }
    return -1;
}

#define PACK_SIGNS(name, type)                                                                                         \
    int64_t name(const type *values, size_t rows, size_t dimension, uint8_t flip, uint8_t *codes) {                    \
        for (size_t r = 0; r < rows; r++) {                                                                            \
            const type *row = values + r * dimension;                                                                  \
            for (size_t j = 0; j < dimension; j += 8) {                                                                \
                const size_t bits = dimension - j < 8 ? dimension - j : 8;                                             \
                uint8_t byte = 0;                                                                                      \
                for (size_t b = 0; b < bits; b++) {                                                                    \
                    if (row[j + b] != row[j + b])                                                                      \
                        return (int64_t)(r * dimension + j + b);                                                       \
                    byte |= (uint8_t)((row[j + b] > 0) << (7 - b));                                                    \
                }                                                                                                      \
                *codes++ = byte ^ flip;                                                                                \
            }                                                                                                          \
        }                                                                                                              \
        return -1;                                                                                                     \
    }

PACK_SIGNS(vectorspool_pack_float_signs, float)
PACK_SIGNS(vectorspool_pack_double_signs, double)

int64_t vectorspool_narrow_doubles(const double *values, size_t count, uint8_t *floats) {
    for (size_t i = 0; i < count; i++) {
        if (values[i] != values[i])
            return (int64_t)i;
        const float value = (float)values[i];
        memcpy(floats + i * sizeof value, &value, sizeof value);
    }
    return -1;
}

int64_t vectorspool_copy_floats(const float *values, size_t count, uint8_t *floats) {
    for (size_t i = 0; i < count; i++)
        if (values[i] != values[i])
            return (int64_t)i;
    memcpy(floats, values, count * sizeof(float));
    return -1;
}
