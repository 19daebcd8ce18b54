#include "quantize.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(off)

// Clipping before the conversion makes truncation the same as floor, and keeps the conversion defined for infinities.
static inline uint8_t clipped_bucket(double bucket) {
    if (!(bucket > 0))
        return 0;
    return bucket >= 255 ? 255 : (uint8_t)bucket;
}

static int64_t quantize_float_row(const float *row, size_t from, vs_buckets buckets, uint8_t *codes, uint64_t *clipped) {
    for (size_t j = from; j < buckets.dimension; j++) {
        const float value = row[j];
        if (value != value)
            return (int64_t)j;
        const float bucket = (value - buckets.starts[j]) / buckets.steps[j];
        codes[j] = clipped_bucket(bucket) ^ buckets.flip;
        *clipped += value < buckets.lowest[j] || value > buckets.highest[j];
    }
    return -1;
}

#if defined(__x86_64__)
__attribute__((target("avx2,popcnt"))) static int64_t quantize_float_row_avx2(const float *row, vs_buckets buckets,
                                                                              uint8_t *codes, uint64_t *clipped) {
    const __m256 zero = _mm256_setzero_ps(), top = _mm256_set1_ps(255);
    const __m128i flip = _mm_set1_epi8((char)buckets.flip);
    size_t j = 0;
    for (; j + 8 <= buckets.dimension; j += 8) {
        const __m256 value = _mm256_loadu_ps(row + j);
        const int nan = _mm256_movemask_ps(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
        if (nan)
            return (int64_t)j + __builtin_ctz((unsigned)nan);
        const __m256 bucket = _mm256_div_ps(_mm256_sub_ps(value, _mm256_loadu_ps(buckets.starts + j)),
                                            _mm256_loadu_ps(buckets.steps + j));
        const __m256i code = _mm256_cvttps_epi32(_mm256_min_ps(_mm256_max_ps(bucket, zero), top));
        const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
        _mm_storel_epi64((__m128i *)(codes + j), _mm_xor_si128(_mm_packus_epi16(words, words), flip));
        const __m256 outside = _mm256_or_ps(_mm256_cmp_ps(value, _mm256_loadu_ps(buckets.lowest + j), _CMP_LT_OQ),
                                            _mm256_cmp_ps(value, _mm256_loadu_ps(buckets.highest + j), _CMP_GT_OQ));
        *clipped += (unsigned)__builtin_popcount((unsigned)_mm256_movemask_ps(outside));
    }
    return quantize_float_row(row, j, buckets, codes, clipped);
}

__attribute__((target("avx512f,avx512bw,avx512vl,popcnt"))) static int64_t
quantize_float_row_avx512(const float *row, vs_buckets buckets, uint8_t *codes, uint64_t *clipped) {
    const __m512 zero = _mm512_setzero_ps(), one = _mm512_set1_ps(1), top = _mm512_set1_ps(255);
    const __m512i flip = _mm512_set1_epi32(buckets.flip);
    for (size_t j = 0; j < buckets.dimension; j += 16) {
        const size_t left = buckets.dimension - j;
        const __mmask16 lanes = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
        const __m512 value = _mm512_maskz_loadu_ps(lanes, row + j);
        const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
        if (nan)
            return (int64_t)j + __builtin_ctz(nan);
        const __m512 bucket = _mm512_div_ps(_mm512_sub_ps(value, _mm512_maskz_loadu_ps(lanes, buckets.starts + j)),
                                            _mm512_mask_loadu_ps(one, lanes, buckets.steps + j));
        const __m512i code = _mm512_cvttps_epi32(_mm512_min_ps(_mm512_max_ps(bucket, zero), top));
        _mm512_mask_cvtepi32_storeu_epi8(codes + j, lanes, _mm512_xor_si512(code, flip));
        const __mmask16 under =
            _mm512_cmp_ps_mask(value, _mm512_maskz_loadu_ps(lanes, buckets.lowest + j), _CMP_LT_OQ);
        const __mmask16 over =
            _mm512_cmp_ps_mask(value, _mm512_maskz_loadu_ps(lanes, buckets.highest + j), _CMP_GT_OQ);
        *clipped += (unsigned)__builtin_popcount((unsigned)(under | over));
    }
    return -1;
}
#endif

int64_t vs_quantize_floats(vs_instruction_set set, const float *values, size_t rows, vs_buckets buckets,
                           uint8_t *codes, uint64_t *clipped) {
    (void)set;
    for (size_t r = 0; r < rows; r++) {
        const size_t offset = r * buckets.dimension;
        int64_t nan;
#if defined(__x86_64__)
        if (set == VS_AVX512)
            nan = quantize_float_row_avx512(values + offset, buckets, codes + offset, clipped);
        else if (set == VS_AVX2)
            nan = quantize_float_row_avx2(values + offset, buckets, codes + offset, clipped);
        else
#endif
            nan = quantize_float_row(values + offset, 0, buckets, codes + offset, clipped);
        if (nan >= 0)
            return (int64_t)offset + nan;
    }
    return -1;
}

int64_t vs_quantize_doubles(const double *values, size_t rows, vs_buckets buckets, uint8_t *codes, uint64_t *clipped) {
    for (size_t i = 0; i < rows * buckets.dimension; i++) {
        const size_t j = i % buckets.dimension;
        const double value = values[i];
        if (value != value)
            return (int64_t)i;
        const double bucket = (value - (double)buckets.starts[j]) / (double)buckets.steps[j];
        codes[i] = clipped_bucket(bucket) ^ buckets.flip;
        *clipped += value < (double)buckets.lowest[j] || value > (double)buckets.highest[j];
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

PACK_SIGNS(vs_pack_float_signs, float)
PACK_SIGNS(vs_pack_double_signs, double)

int64_t vs_narrow_doubles(const double *values, size_t count, uint8_t *floats) {
    for (size_t i = 0; i < count; i++) {
        if (values[i] != values[i])
            return (int64_t)i;
        const float value = (float)values[i];
        memcpy(floats + i * sizeof value, &value, sizeof value);
    }
    return -1;
}

int64_t vs_copy_floats(const float *values, size_t count, uint8_t *floats) {
    for (size_t i = 0; i < count; i++)
        if (values[i] != values[i])
            return (int64_t)i;
    memcpy(floats, values, count * sizeof(float));
    return -1;
}
