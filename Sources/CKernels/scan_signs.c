#include "scan_signs.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(off)

// One body for both versions: the compiler writes the population count as the target allows.
static inline __attribute__((always_inline)) double scan_hamming(const uint8_t *rows, size_t count, size_t bytes,
                                                                 const uint8_t *query, double *scores) {
    int64_t nearest = INT64_MAX;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * bytes;
        int64_t distance = 0;
        size_t i = 0;
        for (; i + 8 <= bytes; i += 8) {
            uint64_t ours, theirs;
            memcpy(&ours, query + i, 8);
            memcpy(&theirs, row + i, 8);
            distance += __builtin_popcountll(ours ^ theirs);
        }
        for (; i < bytes; i++)
            distance += __builtin_popcountll((uint64_t)(query[i] ^ row[i]));
        scores[r] = (double)-distance;
        nearest = distance < nearest ? distance : nearest;
    }
    return count == 0 ? -INFINITY : (double)-nearest;
}

static int64_t row_sum(const uint8_t *row, const vs_sign_query *query) {
    int64_t sum = 0;
    for (size_t i = 0; i < query->bytes; i++) {
        int32_t partial = 0;
        for (size_t b = 0; b < 8; b++)
            partial += query->weights[8 * i + b] & -(int32_t)((row[i] >> b) & 1);
        sum += partial;
    }
    return sum;
}

#if defined(__x86_64__)
// The next `wanted` bytes of a row that has `left`, as a little-endian number, without a call of memcpy for the usual case.
static inline __attribute__((always_inline)) uint64_t word_of(const uint8_t *bytes, size_t left, size_t wanted) {
    uint64_t word = 0;
    if (left >= wanted)
        memcpy(&word, bytes, wanted);
    else
        for (size_t i = 0; i < left; i++)
            word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

// 48 bytes, 384 dimensions, are the default model's: a loop of known length is twice as fast.
__attribute__((target("popcnt"))) static double scan_hamming_popcnt(const uint8_t *rows, size_t count, size_t bytes,
                                                                    const uint8_t *query, double *scores) {
    return bytes == 48 ? scan_hamming(rows, count, 48, query, scores) : scan_hamming(rows, count, bytes, query, scores);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq"))) static double
scan_hamming_avx512(const uint8_t *rows, size_t count, size_t bytes, const uint8_t *query, double *scores) {
    const size_t whole = bytes & ~(size_t)63;
    const __mmask64 tail = ((__mmask64)1 << (bytes - whole)) - 1;
    const __m512i query_tail = _mm512_maskz_loadu_epi8(tail, query + whole);
    int64_t nearest = INT64_MAX;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * bytes;
        const __m512i row_tail = _mm512_maskz_loadu_epi8(tail, row + whole);
        __m512i counts = _mm512_popcnt_epi64(_mm512_xor_si512(query_tail, row_tail));
        for (size_t i = 0; i < whole; i += 64) {
            const __m512i bits = _mm512_xor_si512(_mm512_loadu_si512(query + i), _mm512_loadu_si512(row + i));
            counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(bits));
        }
        const int64_t distance = _mm512_reduce_add_epi64(counts);
        scores[r] = (double)-distance;
        nearest = distance < nearest ? distance : nearest;
    }
    return count == 0 ? -INFINITY : (double)-nearest;
}

__attribute__((target("avx2"))) static inline int32_t lane_sum_avx2(__m256i lanes) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1)));
}

__attribute__((target("avx2"))) static int64_t row_sum_avx2(const uint8_t *row, const vs_sign_query *query) {
    // Byte k of a lane gets byte k / 8 of the 32 bits, then keeps bit k % 8 of it.
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,  //
                                            2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201ull);
    const __m256i one_byte = _mm256_set1_epi8(1), one_word = _mm256_set1_epi16(1);
    __m256i high = _mm256_setzero_si256(), low = _mm256_setzero_si256();
    for (size_t i = 0; i < query->bytes; i += 4) {
        const uint32_t bits = (uint32_t)word_of(row + i, query->bytes - i, 4);
        const __m256i bytes = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), spread), bit);
        const __m256i ones = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, bit), one_byte);
        // Factors of 0 and 1 cannot saturate vpmaddubsw.
        const __m256i high_words = _mm256_maddubs_epi16(ones, _mm256_loadu_si256((const __m256i *)(query->high + 8 * i)));
        const __m256i low_words = _mm256_maddubs_epi16(ones, _mm256_loadu_si256((const __m256i *)(query->low + 8 * i)));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(high_words, one_word));
        low = _mm256_add_epi32(low, _mm256_madd_epi16(low_words, one_word));
    }
    return 128 * (int64_t)lane_sum_avx2(high) + lane_sum_avx2(low);
}

// `restrict` lets the compiler keep the query in registers from row to row, where the number of bytes is known.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static inline __attribute__((always_inline)) double
scan_signs_avx512(const uint8_t *rows, size_t count, size_t bytes, const vs_sign_query *query,
                  double *restrict scores) {
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * bytes;
        __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
        for (size_t i = 0; i < bytes; i += 8) {
            const uint64_t bits = word_of(row + i, bytes - i, 8);
            const __m512i ones = _mm512_maskz_set1_epi8(bits, 1);
            high = _mm512_dpbusd_epi32(high, ones, _mm512_loadu_si512(query->high + 8 * i));
            low = _mm512_dpbusd_epi32(low, ones, _mm512_loadu_si512(query->low + 8 * i));
        }
        // A lane holds at most dimension / 16 weights, and all lanes together no more than an int32 for 65,536 dimensions.
        const __m512i sums = _mm512_add_epi32(_mm512_slli_epi32(high, 7), low);
        scores[r] = (double)_mm512_reduce_add_epi32(sums) * query->scale + query->offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static double
scan_signs_vnni(const uint8_t *rows, size_t count, const vs_sign_query *query, double *scores) {
    return query->bytes == 48 ? scan_signs_avx512(rows, count, 48, query, scores)
                              : scan_signs_avx512(rows, count, query->bytes, query, scores);
}
#endif

double vs_scan_hamming(vs_instruction_set set, const uint8_t *rows, size_t count, size_t bytes, const uint8_t *query,
                       double *scores) {
#if defined(__x86_64__)
    if (set == VS_AVX512)
        return scan_hamming_avx512(rows, count, bytes, query, scores);
    if (set == VS_AVX2)
        return scan_hamming_popcnt(rows, count, bytes, query, scores);
#endif
    (void)set;
    return scan_hamming(rows, count, bytes, query, scores);
}

double vs_scan_signs(vs_instruction_set set, const uint8_t *rows, size_t count, vs_sign_query query, double *scores) {
#if defined(__x86_64__)
    if (set == VS_AVX512)
        return scan_signs_vnni(rows, count, &query, scores);
#endif
    (void)set;
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        const uint8_t *row = rows + r * query.bytes;
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
