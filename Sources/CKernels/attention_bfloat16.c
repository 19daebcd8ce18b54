// Attention for processors that multiply pairs of bfloat16 (AVX512_BF16): twice the rate of the float loops.
//
// vdpbf16ps adds the products of two neighbours, so keys are laid out as pairs of dimensions and values as pairs of keys.
// Both layouts are made once a head, in registers; the scores of a tile of queries never leave the first-level cache.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"))), apply_to = function)
#define LANES 16
#define HAS_FUSED
#define HAS_BFLOAT16
#include "encoder_kernels_tables.h"
#include "vector_operations.h"

enum { QUERIES = 8 };

struct head {
    const uint16_t *queries;  // rows of `stride` elements
    uint16_t *result;         // rows of `width` elements
    size_t stride, width, tokens;
    size_t blocks;     // of 32 dimensions
    size_t padded;     // keys, a multiple of 16
    vector *keys;      // [pair of dimensions][padded / 16], each lane a pair
    vector *values;    // [pair of keys][head width / 16], each lane a pair
    float *scores;     // [QUERIES][padded]; then the weights as bfloat16 in the same rows
};

// Adds the products of the pairs in each lane of `a` and `b`.
INLINE vector pairs(vector sum, vector a, vector b) {
    return (vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

INLINE vector repeat_pair(const uint16_t *pair) {
    int32_t bits;
    memcpy(&bits, pair, sizeof bits);
    return (vector)_mm512_set1_epi32(bits);
}

INLINE vector load_pairs(const uint16_t *from, int is_there) {
    return is_there ? (vector)_mm512_loadu_si512(from) : splat(0);
}

INLINE void lay_out(const struct head *head, const uint16_t *keys, const uint16_t *values) {
    for (size_t key = 0; key < head->padded; key += 16)
        for (size_t block = 0; block < head->blocks; block++) {
            vector rows[16];
            for (size_t i = 0; i < 16; i++)
                rows[i] = load_pairs(keys + (key + i) * head->stride + block * 32, key + i < head->tokens);
            transpose(rows);
            for (size_t i = 0; i < 16; i++) head->keys[((block * 16 + i) * head->padded + key) / 16] = rows[i];
        }
    // Interleaving works within quarters of a register; these indexes put the pairs back into order.
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    for (size_t key = 0; key < head->tokens; key += 2)
        for (size_t block = 0; block < head->blocks; block++) {
            const uint16_t *first = values + key * head->stride + block * 32;
            __m512i even = (__m512i)load_pairs(first, 1);
            __m512i odd = (__m512i)load_pairs(first + head->stride, key + 1 < head->tokens);
            __m512i a = _mm512_unpacklo_epi16(even, odd), b = _mm512_unpackhi_epi16(even, odd);
            vector *to = head->values + (key / 2 * head->blocks + block) * 2;
            to[0] = (vector)_mm512_permutex2var_epi64(a, low, b);
            to[1] = (vector)_mm512_permutex2var_epi64(a, high, b);
        }
}

// Scores of `rows` queries against `vectors` vectors of keys; keeps the largest of each query.
INLINE void score(
    const struct head *head, const uint16_t *const queries[QUERIES], size_t key, int rows, int vectors,
    vector most[QUERIES]) {
    vector sums[QUERIES][2];
    for (int q = 0; q < rows; q++) sums[q][0] = sums[q][1] = splat(0);
    for (size_t pair = 0; pair < head->blocks * 16; pair++) {
        const vector *at = head->keys + (pair * head->padded + key) / 16;
        vector first = at[0], second = vectors == 2 ? at[1] : splat(0);
#pragma clang loop unroll(full)
        for (int q = 0; q < rows; q++) {
            vector query = repeat_pair(queries[q] + 2 * pair);
            sums[q][0] = pairs(sums[q][0], query, first);
            if (vectors == 2) sums[q][1] = pairs(sums[q][1], query, second);
        }
    }
    for (int number = 0; number < vectors; number++) {
        size_t start = key + (size_t)number * 16;
        size_t inside = head->tokens - start;
        if (inside < 16) {
            __mmask16 beyond = (__mmask16)(0xffff << inside);
            const __m512 nothing = _mm512_set1_ps(-__builtin_inff());
            for (int q = 0; q < rows; q++)
                sums[q][number] = (vector)_mm512_mask_mov_ps((__m512)sums[q][number], beyond, nothing);
        }
        for (int q = 0; q < rows; q++) {
            most[q] = larger(most[q], sums[q][number]);
            store(head->scores + (size_t)q * head->padded + start, sums[q][number]);
        }
    }
}

INLINE vector both(vector a, vector b, int is_sum) { return is_sum ? a + b : larger(a, b); }

#define QUARTERS(a, b, choice) ((vector)_mm512_shuffle_f32x4((__m512)(a), (__m512)(b), choice))

// The sum, or else the largest lane, of each of eight vectors; in lanes 0 to 7. Eight at once, because one alone waits four
// times for a shuffle.
INLINE vector across(const vector rows[QUERIES], int is_sum) {
    vector twos[4], fours[2];
    for (int i = 0; i < 4; i++) {
        __m512 a = (__m512)rows[2 * i], b = (__m512)rows[2 * i + 1];
        twos[i] = both((vector)_mm512_unpacklo_ps(a, b), (vector)_mm512_unpackhi_ps(a, b), is_sum);
    }
    for (int i = 0; i < 2; i++) {
        __m512d a = (__m512d)twos[2 * i], b = (__m512d)twos[2 * i + 1];
        fours[i] = both((vector)_mm512_unpacklo_pd(a, b), (vector)_mm512_unpackhi_pd(a, b), is_sum);
    }
    // Now each quarter of fours[i] has a part of four rows; two steps add up the quarters.
    vector halves = both(QUARTERS(fours[0], fours[1], 0x44), QUARTERS(fours[0], fours[1], 0xee), is_sum);
    return both(QUARTERS(halves, halves, 0x88), QUARTERS(halves, halves, 0xdd), is_sum);
}

// 2^x for x <= 0: a polynomial of what lies above the whole number below x, within 1e-4 (Remez), where the last place of the
// result is 4e-3; the whole number goes into the exponent. Minus infinity gives 0.
INLINE vector exponential(vector x) {
    static const float coefficients[] = {7.802452264e-02f, 2.260671554e-01f, 6.958335405e-01f, 9.999252186e-01f};
    vector f = (vector)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF);
    vector p = splat(coefficients[0]);
    for (int i = 1; i <= 3; i++) p = fused(p, f, splat(coefficients[i]));
    return (vector)_mm512_scalef_ps((__m512)p, (__m512)x);
}

// Scores to weights as bfloat16, in the place of the scores; gives the inverses of their sums.
INLINE void weigh(const struct head *head, const vector most[QUERIES], float inverse[16], int rows) {
    vector lanes[QUERIES], sums[QUERIES];
    float largest[16];
    for (int q = 0; q < QUERIES; q++) lanes[q] = most[q < rows ? q : 0], sums[q] = splat(0);
    store(largest, across(lanes, 0));
    for (size_t key = 0; key < head->padded; key += 16) {
#pragma clang loop unroll(full)
        for (int q = 0; q < rows; q++) {
            float *scores = head->scores + (size_t)q * head->padded;
            vector weight = exponential(load(scores + key) - largest[q]);
            sums[q] += weight;
            *(vector_half *)((uint16_t *)scores + key) = narrow(weight);
        }
    }
    // A row without queries sums to 0, and nobody reads its infinity.
    store(inverse, 1 / across(sums, 1));
}

INLINE void mix(const struct head *head, const float inverse[16], size_t first, size_t count, size_t block, int rows) {
    vector sums[QUERIES][2];
    for (int q = 0; q < rows; q++) sums[q][0] = sums[q][1] = splat(0);
    for (size_t pair = 0; pair < (head->tokens + 1) / 2; pair++) {
        const vector *at = head->values + (pair * head->blocks + block) * 2;
        vector low = at[0], high = at[1];
#pragma clang loop unroll(full)
        for (int q = 0; q < rows; q++) {
            vector weight = repeat_pair((const uint16_t *)(head->scores + (size_t)q * head->padded) + 2 * pair);
            sums[q][0] = pairs(sums[q][0], weight, low);
            sums[q][1] = pairs(sums[q][1], weight, high);
        }
    }
    for (size_t q = 0; q < count; q++) {
        uint16_t *to = head->result + (first + q) * head->width + block * 32;
        *(vector_half *)to = narrow(sums[q][0] * inverse[q]);
        *(vector_half *)(to + 16) = narrow(sums[q][1] * inverse[q]);
    }
}

// A tile of `rows` queries, of which `count` are there: the last one is repeated, and the repeats are never stored.
INLINE void attend_tile(const struct head *head, size_t first, size_t count, int rows) {
    const uint16_t *queries[QUERIES];
    vector most[QUERIES];
    for (size_t q = 0; q < (size_t)rows; q++) {
        queries[q] = head->queries + (first + (q < count ? q : count - 1)) * head->stride;
        most[q] = splat(-__builtin_inff());
    }
    size_t key = 0;
    for (; key + 32 <= head->padded; key += 32) score(head, queries, key, rows, 2, most);
    if (key < head->padded) score(head, queries, key, rows, 1, most);
    float inverse[16];
    weigh(head, most, inverse, rows);
    for (size_t block = 0; block < head->blocks; block++) mix(head, inverse, first, count, block, rows);
}

void vectorspool_attention_bfloat16(const struct vectorspool_attention *call) {
    size_t width = call->heads * call->head_width, padded = (call->tokens + 15) / 16 * 16;
    const uint16_t *projected = call->projected;
    struct head head = {
        .stride = 3 * width,
        .width = width,
        .tokens = call->tokens,
        .blocks = call->head_width / 32,
        .padded = padded,
        .keys = call->scratch,
    };
    head.values = head.keys + call->head_width / 2 * padded / 16;
    head.scores = (float *)(head.values + padded / 2 * call->head_width / 16);
    for (size_t column = 0; column < width; column += call->head_width) {
        head.queries = projected + column;
        head.result = (uint16_t *)call->result + column;
        lay_out(&head, projected + width + column, projected + 2 * width + column);
        for (size_t first = 0; first < head.tokens; first += QUERIES) {
            size_t count = head.tokens - first;
            if (count >= QUERIES)
                attend_tile(&head, first, QUERIES, QUERIES);
            else if (count > QUERIES / 2)
                attend_tile(&head, first, count, QUERIES);
            else
                attend_tile(&head, first, count, QUERIES / 2);
        }
    }
}
#pragma clang attribute pop
#endif
