#include "scan_codes.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(off)

static int64_t row_sum(const uint8_t *row, const vs_code_query *query) {
    int64_t sum = 0;
    // The sum of 512 products of 255 and 16,319 still fits an int32.
    for (size_t from = 0; from < query->dimension; from += 512) {
        const size_t to = from + 512 < query->dimension ? from + 512 : query->dimension;
        int32_t partial = 0;
        for (size_t j = from; j < to; j++)
            partial += (int32_t)(row[j] ^ query->flip) * query->weights[j];
        sum += partial;
    }
    return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static inline int32_t lane_sum_avx2(__m256i lanes) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1)));
}

// vpmaddubsw would be shorter, but it saturates: 2 * 255 * 127 is more than an int16 holds. Widened to 16 bits, nothing does.
__attribute__((target("avx2"))) static int64_t row_sum_avx2(const uint8_t *row, const vs_code_query *query) {
    const __m128i flip = _mm_set1_epi8((char)query->flip);
    const size_t whole = query->dimension & ~(size_t)15;
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
        sum += lane_sum_avx2(lanes);
    }
    for (size_t j = whole; j < query->dimension; j++)
        sum += (int64_t)(row[j] ^ query->flip) * query->weights[j];
    return sum;
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static inline int64_t
row_sum_avx512(const uint8_t *row, const vs_code_query *query) {
    const __m512i flip = _mm512_set1_epi8((char)query->flip);
    __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
    size_t j = 0;
    for (; j + 64 <= query->dimension; j += 64) {
        const __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(row + j), flip);
        high = _mm512_dpbusd_epi32(high, codes, _mm512_loadu_si512(query->high + j));
        low = _mm512_dpbusd_epi32(low, codes, _mm512_loadu_si512(query->low + j));
    }
    if (j < query->dimension) {
        // The weights beyond the last dimension are 0, so what the flip makes of the missing codes does not count.
        const __mmask64 bytes = ((__mmask64)1 << (query->dimension - j)) - 1;
        const __m512i codes = _mm512_xor_si512(_mm512_maskz_loadu_epi8(bytes, row + j), flip);
        high = _mm512_dpbusd_epi32(high, codes, _mm512_loadu_si512(query->high + j));
        low = _mm512_dpbusd_epi32(low, codes, _mm512_loadu_si512(query->low + j));
    }
    return 128 * (int64_t)_mm512_reduce_add_epi32(high) + _mm512_reduce_add_epi32(low);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static double
scan_avx512(const uint8_t *rows, size_t count, const vs_code_query *query, double *scores) {
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        scores[r] = (double)row_sum_avx512(rows + r * query->dimension, query) * query->scale + query->offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}
#endif

double vs_scan_codes(vs_instruction_set set, const uint8_t *rows, size_t count, vs_code_query query, double *scores) {
#if defined(__x86_64__)
    if (set == VS_AVX512)
        return scan_avx512(rows, count, &query, scores);
#endif
    (void)set;
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * query.dimension;
        int64_t sum;
#if defined(__x86_64__)
        if (set == VS_AVX2)
            sum = row_sum_avx2(row, &query);
        else
#endif
            sum = row_sum(row, &query);
        scores[r] = (double)sum * query.scale + query.offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}
