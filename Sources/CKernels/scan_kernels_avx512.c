// The scan loops for AVX-512 F, BW, VL, VNNI and VPOPCNTDQ.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vpopcntdq,popcnt"))), apply_to = function)
#include "scan_kernels_common.h"
#define LANES 16
#include "scan_floats_vector.h"

INLINE int64_t code_sum(const uint8_t *row, const struct vectorspool_code_query *query) {
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

// The sums of a row's lanes, of at most 512 dimensions: together they are below 512 * 255 * 16,319, which an int32 holds.
INLINE __m256i short_code_lanes(size_t dimension, const uint8_t *row, const struct vectorspool_code_query *query) {
    const __m512i flip = _mm512_set1_epi8((char)query->flip);
    __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
    for (size_t j = 0; j < dimension; j += 64) {
        const __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(row + j), flip);
        high = _mm512_dpbusd_epi32(high, codes, _mm512_loadu_si512(query->high + j));
        low = _mm512_dpbusd_epi32(low, codes, _mm512_loadu_si512(query->low + j));
    }
    const __m512i lanes = _mm512_add_epi32(_mm512_slli_epi32(high, 7), low);
    return _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
}

// The scores of four rows from the lanes of each, which are added up together.
INLINE __m256d four_scores(__m256i a, __m256i b, __m256i c, __m256i d, __m256d scale, __m256d offset) {
    const __m256i halves = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    const __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
    return _mm256_add_pd(_mm256_mul_pd(_mm256_cvtepi32_pd(sums), scale), offset);
}

INLINE double larger_of_four(__m256d scores, double largest) {
    double each[4];
    _mm256_storeu_pd(each, scores);
    for (size_t i = 0; i < 4; i++) largest = each[i] > largest ? each[i] : largest;
    return largest;
}

// Defines a function that scores rows four at a time and returns how many. Adding up the lanes of one row takes as long as
// multiplying its 384 codes.
#define SCAN_FOUR(NAME, QUERY, LANES)                                                                                    \
    INLINE size_t NAME(                                                                                                  \
        size_t stride, const uint8_t *rows, size_t count, const struct QUERY *query, double *restrict scores,            \
        double *largest) {                                                                                               \
        const __m256d scale = _mm256_set1_pd(query->scale), offset = _mm256_set1_pd(query->offset);                      \
        __m256d most = _mm256_set1_pd(-INFINITY);                                                                        \
        size_t r = 0;                                                                                                    \
        for (; r + 4 <= count; r += 4) {                                                                                 \
            const uint8_t *row = rows + r * stride;                                                                      \
            const __m256d four = four_scores(                                                                            \
                LANES(stride, row, query), LANES(stride, row + stride, query), LANES(stride, row + 2 * stride, query),   \
                LANES(stride, row + 3 * stride, query), scale, offset);                                                  \
            _mm256_storeu_pd(scores + r, four);                                                                          \
            most = _mm256_max_pd(most, four);                                                                            \
        }                                                                                                                \
        *largest = larger_of_four(most, *largest);                                                                       \
        return r;                                                                                                        \
    }

SCAN_FOUR(scan_four_rows, vectorspool_code_query, short_code_lanes)

// So far ahead rows that are read from memory are fetched, two pages: the processor itself fetches no further than the page at hand. A
// million rows took 6.6 ms instead of 8.5, and their signs .2 ms less; what lies behind the last row does no harm.
enum { AHEAD = 8192 };

// The sums of the lanes of sixteen vectors, side by side: four times, neighbours are added in halves of what is left of them.
INLINE __m512i sixteen_sums(const __m512i *lanes) {
    __m512i twos[8], fours[4], eights[2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++)
        twos[i] = _mm512_add_epi32(
            _mm512_unpacklo_epi32(lanes[2 * i], lanes[2 * i + 1]), _mm512_unpackhi_epi32(lanes[2 * i], lanes[2 * i + 1]));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++)
        fours[i] = _mm512_add_epi32(
            _mm512_unpacklo_epi64(twos[2 * i], twos[2 * i + 1]), _mm512_unpackhi_epi64(twos[2 * i], twos[2 * i + 1]));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 2; i++)
        eights[i] = _mm512_add_epi32(
            _mm512_shuffle_i32x4(fours[2 * i], fours[2 * i + 1], 0x88),
            _mm512_shuffle_i32x4(fours[2 * i], fours[2 * i + 1], 0xDD));
    return _mm512_add_epi32(
        _mm512_shuffle_i32x4(eights[0], eights[1], 0x88), _mm512_shuffle_i32x4(eights[0], eights[1], 0xDD));
}

// Finds rows of at most 512 dimensions, a multiple of 64, sixteen at a time by the high halves of the weights; returns where the last
// sixteen end.
INLINE size_t find_sixteen_rows(
    size_t dimension, const uint8_t *rows, size_t first, size_t count, struct vectorspool_sieve *sieve, int is_read_once) {
    const __m512i flip = _mm512_set1_epi8((char)sieve->query.flip);
    // In units of the sums by high halves, which single precision holds exactly.
    const double unit = 128 * sieve->query.scale, needed = (sieve->floor - sieve->most) / unit;
    const float weight = (float)(sieve->weight / unit);
    // A tiny unit is left to the exact sums.
    if (sieve->added && !(fabsf(weight) < 0x1p100f)) return first;
    // What the floor loses by rounding to single precision, the sum with what is added by one rounding, and the exact score by its own
    // in double precision. The caller's floor takes care of what is added.
    const double lost = 0x1p-22 * (sieve->reach + fabs(needed)) + 0x1p-50 * (fabs(sieve->floor) + fabs(sieve->most)) / unit;
    const __m512 weights = _mm512_set1_ps(weight), floors = _mm512_set1_ps((float)(needed - lost));
    __m512i high[8];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < dimension; j += 64) high[j / 64] = _mm512_loadu_si512(sieve->query.high + j);
    size_t r = first;
    for (; r + 16 <= count; r += 16) {
        __m512i lanes[16];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 16; i++) {
            const uint8_t *row = rows + (r + i) * dimension;
            if (is_read_once)
                for (size_t j = 0; j < dimension; j += 64) __builtin_prefetch(row + AHEAD + j);
            __m512i sum = _mm512_setzero_si512();
            for (size_t j = 0; j < dimension; j += 64)
                sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(_mm512_loadu_si512(row + j), flip), high[j / 64]);
            lanes[i] = sum;
        }
        __m512 scores = _mm512_cvtepi32_ps(sixteen_sums(lanes));
        if (sieve->added) scores = _mm512_add_ps(scores, _mm512_mul_ps(_mm512_loadu_ps(sieve->added + r), weights));
        unsigned found = _mm512_cmp_ps_mask(scores, floors, _CMP_GE_OQ);
        for (; found; found &= found - 1) sieve->found[sieve->found_count++] = (uint32_t)(r + (size_t)__builtin_ctz(found));
    }
    return r;
}

// The next eight bytes of a row that has `left`, as a little-endian number, without a call of memcpy for the usual case.
INLINE uint64_t word_of(const uint8_t *bytes, size_t left) {
    uint64_t word = 0;
    if (left >= sizeof word)
        memcpy(&word, bytes, sizeof word);
    else
        for (size_t i = 0; i < left; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

// The sums of a row's lanes, of at most 64 bytes of signs, a multiple of 8.
INLINE __m256i short_sign_lanes(size_t bytes, const uint8_t *row, const struct vectorspool_sign_query *query) {
    __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
    for (size_t i = 0; i < bytes; i += 8) {
        const __m512i ones = _mm512_maskz_set1_epi8(word_of(row + i, 8), 1);
        high = _mm512_dpbusd_epi32(high, ones, _mm512_loadu_si512(query->high + 8 * i));
        low = _mm512_dpbusd_epi32(low, ones, _mm512_loadu_si512(query->low + 8 * i));
    }
    const __m512i lanes = _mm512_add_epi32(_mm512_slli_epi32(high, 7), low);
    return _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
}

SCAN_FOUR(scan_four_sign_rows, vectorspool_sign_query, short_sign_lanes)

// The sums of the eight bytes of a vector, each by a query of four planes.
INLINE __m512i plane_lanes(__m512i row, __m512i one, __m512i two, __m512i four, __m512i eight) {
    const __m512i ones = _mm512_popcnt_epi64(_mm512_and_si512(row, one));
    __m512i twos = _mm512_popcnt_epi64(_mm512_and_si512(row, two));
    __m512i fours = _mm512_popcnt_epi64(_mm512_and_si512(row, four));
    const __m512i eights = _mm512_popcnt_epi64(_mm512_and_si512(row, eight));
    fours = _mm512_sub_epi64(fours, _mm512_add_epi64(eights, eights));
    twos = _mm512_add_epi64(twos, _mm512_add_epi64(fours, fours));
    return _mm512_add_epi64(ones, _mm512_add_epi64(twos, twos));
}

// A query of four planes of 48 bytes, in the three places that a vector can have in a row and the next ones.
struct eight_planes {
    __m512i planes[4][3];
};

INLINE struct eight_planes eight_planes_of(const struct vectorspool_plane_query *query) {
    struct eight_planes all;
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < 3; i++) all.planes[k][i] = _mm512_loadu_si512(query->planes + 192 * k + 64 * i);
    return all;
}

// The scores of eight rows of 48 bytes. They are six vectors, whose 48 sums are added up side by side: first two neighbours each, then
// the three pairs of a row, which are gathered from the three vectors of pairs.
INLINE __m512d eight_plane_scores(const uint8_t *row, const struct eight_planes *all, __m512d scale, __m512d offset) {
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    // Where the first, second and third pair of each row are in the first two vectors, and then with the third one.
    const __m512i near[3] = {
        _mm512_setr_epi64(0, 3, 6, 9, 12, 15, 0, 0), _mm512_setr_epi64(1, 4, 7, 10, 13, 0, 0, 0),
        _mm512_setr_epi64(2, 5, 8, 11, 14, 0, 0, 0)};
    const __m512i far[3] = {
        _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 10, 13), _mm512_setr_epi64(0, 1, 2, 3, 4, 8, 11, 14),
        _mm512_setr_epi64(0, 1, 2, 3, 4, 9, 12, 15)};
    __m512i lanes[6], pairs[3], sums = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 6; i++)
        lanes[i] = plane_lanes(
            _mm512_loadu_si512(row + 64 * i), all->planes[0][i % 3], all->planes[1][i % 3], all->planes[2][i % 3],
            all->planes[3][i % 3]);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 3; i++)
        pairs[i] = _mm512_add_epi64(
            _mm512_permutex2var_epi64(lanes[2 * i], even, lanes[2 * i + 1]),
            _mm512_permutex2var_epi64(lanes[2 * i], odd, lanes[2 * i + 1]));
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 3; i++)
        sums = _mm512_add_epi64(
            sums, _mm512_permutex2var_epi64(_mm512_permutex2var_epi64(pairs[0], near[i], pairs[1]), far[i], pairs[2]));
    return _mm512_add_pd(_mm512_mul_pd(_mm512_cvtepi32_pd(_mm512_cvtepi64_epi32(sums)), scale), offset);
}

// Scores rows of 48 bytes eight at a time and returns how many.
INLINE size_t scan_eight_plane_rows(
    const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double *restrict scores,
    double *largest) {
    const struct eight_planes all = eight_planes_of(query);
    const __m512d scale = _mm512_set1_pd(query->scale), offset = _mm512_set1_pd(query->offset);
    __m512d most = _mm512_set1_pd(-INFINITY);
    size_t r = 0;
    for (; r + 8 <= count; r += 8) {
        const __m512d eight = eight_plane_scores(rows + 48 * r, &all, scale, offset);
        _mm512_storeu_pd(scores + r, eight);
        most = _mm512_max_pd(most, eight);
    }
    const double found = _mm512_reduce_max_pd(most);
    *largest = found > *largest ? found : *largest;
    return r;
}

// Finds those of rows of 48 bytes, eight at a time, that reach a floor; returns how many were looked at.
INLINE size_t find_eight_plane_rows(
    const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double floor, uint32_t *restrict found,
    double *restrict scores, size_t *found_count) {
    const struct eight_planes all = eight_planes_of(query);
    const __m512d scale = _mm512_set1_pd(query->scale), offset = _mm512_set1_pd(query->offset);
    const __m512d floors = _mm512_set1_pd(floor);
    size_t r = 0, next = *found_count;
    for (; r + 8 <= count; r += 8) {
        for (size_t i = 0; i < 6; i++) __builtin_prefetch(rows + 48 * r + AHEAD + 64 * i);
        const __m512d eight = eight_plane_scores(rows + 48 * r, &all, scale, offset);
        unsigned reaching = _mm512_cmp_pd_mask(eight, floors, _CMP_GE_OQ);
        if (__builtin_expect(reaching == 0, 1)) continue;
        double each[8];
        _mm512_storeu_pd(each, eight);
        for (; reaching; reaching &= reaching - 1) {
            const unsigned i = (unsigned)__builtin_ctz(reaching);
            found[next] = (uint32_t)(r + i);
            scores[next++] = each[i];
        }
    }
    *found_count = next;
    return r;
}

INLINE int64_t sign_sum(const uint8_t *row, size_t bytes, const struct vectorspool_sign_query *query) {
    __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
    for (size_t i = 0; i < bytes; i += 8) {
        const __m512i ones = _mm512_maskz_set1_epi8(word_of(row + i, bytes - i), 1);
        high = _mm512_dpbusd_epi32(high, ones, _mm512_loadu_si512(query->high + 8 * i));
        low = _mm512_dpbusd_epi32(low, ones, _mm512_loadu_si512(query->low + 8 * i));
    }
    // A lane holds at most dimension / 16 weights, and all lanes together no more than an int32 for 65,536 dimensions.
    return _mm512_reduce_add_epi32(_mm512_add_epi32(_mm512_slli_epi32(high, 7), low));
}

INLINE int64_t distance(const uint8_t *row, size_t bytes, const uint8_t *query) {
    const size_t whole = bytes - bytes % 64;
    const __mmask64 tail = ((__mmask64)1 << (bytes - whole)) - 1;
    __m512i counts = _mm512_popcnt_epi64(
        _mm512_xor_si512(_mm512_maskz_loadu_epi8(tail, query + whole), _mm512_maskz_loadu_epi8(tail, row + whole)));
    for (size_t i = 0; i < whole; i += 64) {
        const __m512i bits = _mm512_xor_si512(_mm512_loadu_si512(query + i), _mm512_loadu_si512(row + i));
        counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(bits));
    }
    return _mm512_reduce_add_epi64(counts);
}

INLINE int64_t quantize_row(
    const float *row, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    const __m512 zero = _mm512_setzero_ps(), one = _mm512_set1_ps(1), top = _mm512_set1_ps(255);
    const __m512i flip = _mm512_set1_epi32(buckets->flip);
    for (size_t j = 0; j < buckets->dimension; j += 16) {
        const size_t left = buckets->dimension - j;
        const __mmask16 lanes = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
        const __m512 value = _mm512_maskz_loadu_ps(lanes, row + j);
        const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
        if (nan) return (int64_t)j + __builtin_ctz(nan);
        const __m512 bucket = _mm512_div_ps(
            _mm512_sub_ps(value, _mm512_maskz_loadu_ps(lanes, buckets->starts + j)),
            _mm512_mask_loadu_ps(one, lanes, buckets->steps + j));
        const __m512i code = _mm512_cvttps_epi32(_mm512_min_ps(_mm512_max_ps(bucket, zero), top));
        _mm512_mask_cvtepi32_storeu_epi8(codes + j, lanes, _mm512_xor_si512(code, flip));
        const __mmask16 under = _mm512_cmp_ps_mask(value, _mm512_maskz_loadu_ps(lanes, buckets->lowest + j), _CMP_LT_OQ);
        const __mmask16 over = _mm512_cmp_ps_mask(value, _mm512_maskz_loadu_ps(lanes, buckets->highest + j), _CMP_GT_OQ);
        *clipped += (unsigned)__builtin_popcount((unsigned)(under | over));
    }
    return -1;
}

#define TABLE vectorspool_scan_kernels_avx512
#define TABLE_NAME "avx512"
#define FOUR_ROWS
#include "scan_kernels_rows.h"
#pragma clang attribute pop
#endif
