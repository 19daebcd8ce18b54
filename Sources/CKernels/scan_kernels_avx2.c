// The scan loops for AVX2 and POPCNT.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,popcnt"))), apply_to = function)
#include "scan_kernels_common.h"
#define LANES 8
#include "scan_floats_vector.h"

INLINE int32_t lane_sum(__m256i lanes) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1)));
}

// vpmaddubsw would be shorter, but it saturates: 2 * 255 * 127 is more than an int16 holds. Widened to 16 bits, nothing does.
INLINE int64_t code_sum(const uint8_t *row, const struct vectorspool_code_query *query) {
    const __m128i flip = _mm_set1_epi8((char)query->flip);
    const size_t whole = query->dimension - query->dimension % 16;
    int64_t sum = 0;
    // A step adds at most 2 * 255 * 16,319 to a lane: 32 steps, and eight lanes of them, stay within an int32.
    for (size_t from = 0; from < whole; from += 512) {
        const size_t to = from + 512 < whole ? from + 512 : whole;
        __m256i lanes = _mm256_setzero_si256();
        for (size_t j = from; j < to; j += 16) {
            const __m128i codes = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(row + j)), flip);
            const __m256i weights = _mm256_loadu_si256((const __m256i *)(query->weights + j));
            lanes = _mm256_add_epi32(lanes, _mm256_madd_epi16(_mm256_cvtepu8_epi16(codes), weights));
        }
        sum += lane_sum(lanes);
    }
    return sum + code_sum_from(whole, row, query);
}

INLINE int64_t sign_sum(const uint8_t *row, size_t bytes, const struct vectorspool_sign_query *query) {
    // Byte k of a lane gets byte k / 8 of the 32 bits, then keeps bit k % 8 of it.
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,  //
                                            2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201ull);
    const __m256i one_byte = _mm256_set1_epi8(1), one_word = _mm256_set1_epi16(1);
    const size_t whole = bytes - bytes % 4;
    __m256i high = _mm256_setzero_si256(), low = _mm256_setzero_si256();
    for (size_t i = 0; i < whole; i += 4) {
        int32_t bits;
        memcpy(&bits, row + i, sizeof bits);
        const __m256i codes = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(bits), spread), bit);
        const __m256i ones = _mm256_and_si256(_mm256_cmpeq_epi8(codes, bit), one_byte);
        // Factors of 0 and 1 cannot saturate vpmaddubsw.
        const __m256i high_words = _mm256_maddubs_epi16(ones, _mm256_loadu_si256((const __m256i *)(query->high + 8 * i)));
        const __m256i low_words = _mm256_maddubs_epi16(ones, _mm256_loadu_si256((const __m256i *)(query->low + 8 * i)));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(high_words, one_word));
        low = _mm256_add_epi32(low, _mm256_madd_epi16(low_words, one_word));
    }
    return 128 * (int64_t)lane_sum(high) + lane_sum(low) + sign_sum_from(whole, row, bytes, query);
}

INLINE int64_t distance(const uint8_t *row, size_t bytes, const uint8_t *query) {
    return distance_from(0, row, bytes, query);
}

INLINE int64_t quantize_row(
    const float *row, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    const __m256 zero = _mm256_setzero_ps(), top = _mm256_set1_ps(255);
    const __m128i flip = _mm_set1_epi8((char)buckets->flip);
    size_t j = 0;
    for (; j + 8 <= buckets->dimension; j += 8) {
        const __m256 value = _mm256_loadu_ps(row + j);
        const int nan = _mm256_movemask_ps(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
        if (nan) return (int64_t)j + __builtin_ctz((unsigned)nan);
        const __m256 bucket = _mm256_div_ps(
            _mm256_sub_ps(value, _mm256_loadu_ps(buckets->starts + j)), _mm256_loadu_ps(buckets->steps + j));
        const __m256i code = _mm256_cvttps_epi32(_mm256_min_ps(_mm256_max_ps(bucket, zero), top));
        const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
        _mm_storel_epi64((__m128i *)(codes + j), _mm_xor_si128(_mm_packus_epi16(words, words), flip));
        const __m256 outside = _mm256_or_ps(
            _mm256_cmp_ps(value, _mm256_loadu_ps(buckets->lowest + j), _CMP_LT_OQ),
            _mm256_cmp_ps(value, _mm256_loadu_ps(buckets->highest + j), _CMP_GT_OQ));
        *clipped += (unsigned)__builtin_popcount((unsigned)_mm256_movemask_ps(outside));
    }
    return quantize_from(j, row, buckets, codes, clipped);
}

#define TABLE vectorspool_scan_kernels_avx2
#define TABLE_NAME "avx2"
#include "scan_kernels_rows.h"
#pragma clang attribute pop
#endif
