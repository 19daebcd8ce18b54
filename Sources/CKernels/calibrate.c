#include "calibrate.h"

#include <string.h>

int64_t vectorspool_first_not_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        if ((bits & 0x7F800000u) == 0x7F800000u)
            return (int64_t)i;
    }
    return -1;
}

void vectorspool_widen_extremes(
    const float *values, size_t rows, size_t dimension, float *restrict minima, float *restrict maxima) {
    for (size_t r = 0; r < rows; r++) {
        const float *row = values + r * dimension;
        for (size_t j = 0; j < dimension; j++) {
            const float value = row[j];
            minima[j] = minima[j] < value ? minima[j] : value;
            maxima[j] = maxima[j] > value ? maxima[j] : value;
        }
    }
}
