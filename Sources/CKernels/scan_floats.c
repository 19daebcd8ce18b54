#include "scan_floats.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(off)

enum { lane_count = 16 };

// Lane i takes lane i + 8, then i + 4, i + 2, i + 1.
static inline double folded_lanes(float *lanes) {
    for (int width = lane_count / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            lanes[i] += lanes[i + width];
    return lanes[0] == lanes[0] ? (double)lanes[0] : -INFINITY;
}

static inline void add_tail(const uint8_t *row, size_t from, size_t dimension, const float *query, float *lanes) {
    for (size_t j = from; j < dimension; j++) {
        float value;
        memcpy(&value, row + j * sizeof(float), sizeof value);
        lanes[j - from] += value * query[j];
    }
}

static double dot(const uint8_t *row, size_t dimension, const float *query) {
    const size_t whole = dimension & ~(size_t)(lane_count - 1);
    float lanes[lane_count] = {0};
    for (size_t j = 0; j < whole; j += lane_count) {
        float values[lane_count];
        memcpy(values, row + j * sizeof(float), sizeof values);
        for (int i = 0; i < lane_count; i++)
            lanes[i] += values[i] * query[j + (size_t)i];
    }
    add_tail(row, whole, dimension, query, lanes);
    return folded_lanes(lanes);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static double dot_avx2(const uint8_t *row, size_t dimension, const float *query) {
    const size_t whole = dimension & ~(size_t)(lane_count - 1);
    __m256 first = _mm256_setzero_ps(), second = _mm256_setzero_ps();
    for (size_t j = 0; j < whole; j += lane_count) {
        const float *values = (const float *)(const void *)(row + j * sizeof(float));
        first = _mm256_add_ps(first, _mm256_mul_ps(_mm256_loadu_ps(values), _mm256_loadu_ps(query + j)));
        second = _mm256_add_ps(second, _mm256_mul_ps(_mm256_loadu_ps(values + 8), _mm256_loadu_ps(query + j + 8)));
    }
    float lanes[lane_count];
    _mm256_storeu_ps(lanes, first);
    _mm256_storeu_ps(lanes + 8, second);
    add_tail(row, whole, dimension, query, lanes);
    return folded_lanes(lanes);
}

__attribute__((target("avx512f"))) static double dot_avx512(const uint8_t *row, size_t dimension, const float *query) {
    const size_t whole = dimension & ~(size_t)(lane_count - 1);
    __m512 sums = _mm512_setzero_ps();
    for (size_t j = 0; j < whole; j += lane_count) {
        const __m512 values = _mm512_loadu_ps(row + j * sizeof(float));
        sums = _mm512_add_ps(sums, _mm512_mul_ps(values, _mm512_loadu_ps(query + j)));
    }
    float lanes[lane_count];
    _mm512_storeu_ps(lanes, sums);
    add_tail(row, whole, dimension, query, lanes);
    return folded_lanes(lanes);
}
#endif

double vs_scan_floats(vs_instruction_set set, const uint8_t *rows, size_t count, size_t dimension, const float *query,
                      double *scores) {
    (void)set;
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * dimension * sizeof(float);
#if defined(__x86_64__)
        if (set == VS_AVX512)
            scores[r] = dot_avx512(row, dimension, query);
        else if (set == VS_AVX2)
            scores[r] = dot_avx2(row, dimension, query);
        else
#endif
            scores[r] = dot(row, dimension, query);
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}
