// Attention for processors that multiply pairs of bfloat16 (AVX512_BF16): twice the rate of the float loops.
//
// vdpbf16ps adds the products of two neighbours, so keys are laid out as pairs of dimensions and values as pairs of keys.
// Both layouts are made once a head, in registers; the scores of a tile of queries never leave the first-level cache.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "encoder_kernels_tables.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET

enum { QUERIES = 8 };

// 16 x 16 transposition of 32-bit elements: rows[i] lane j becomes rows[j] lane i.
INLINE void transpose(__m512i rows[16]) {
    __m512i t[16];
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
        rows[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        rows[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        rows[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        rows[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        rows[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        rows[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
        rows[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        rows[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

// 2^x for x <= 0, relative error 1e-4: the result is rounded to bfloat16, whose last place is 4e-3.
INLINE __m512 power_of_two(__m512 x) {
    x = _mm512_max_ps(x, _mm512_set1_ps(-120.0f));
    __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 f = _mm512_sub_ps(x, n);
    __m512 p = _mm512_set1_ps(5.517162368e-02f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(2.426111187e-01f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(6.932609938e-01f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(9.999280740e-01f));
    return _mm512_scalef_ps(p, n);
}

struct head {
    const uint16_t *queries;  // rows of `stride` elements
    uint16_t *result;         // rows of `width` elements
    size_t stride, width, tokens;
    size_t blocks;  // of 32 dimensions
    size_t padded;  // keys, a multiple of 32
    uint32_t *keys;    // [pair of dimensions][padded]
    uint32_t *values;  // [pair of keys][head width]
    float *scores;     // [QUERIES][padded]
};

INLINE void lay_out(const struct head *head, const uint16_t *keys, const uint16_t *values) {
    size_t head_width = head->blocks * 32;
    for (size_t key = 0; key < head->padded; key += 16)
        for (size_t block = 0; block < head->blocks; block++) {
            __m512i rows[16];
            for (size_t i = 0; i < 16; i++)
                rows[i] = key + i < head->tokens
                              ? _mm512_loadu_si512(keys + (key + i) * head->stride + block * 32)
                              : _mm512_setzero_si512();
            transpose(rows);
            for (size_t i = 0; i < 16; i++) _mm512_storeu_si512(head->keys + (block * 16 + i) * head->padded + key, rows[i]);
        }
    // Interleaving works within quarters of a register; these indexes put the 32-bit pairs back into order.
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    for (size_t key = 0; key < head->padded; key += 2)
        for (size_t block = 0; block < head->blocks; block++) {
            const uint16_t *first = values + key * head->stride + block * 32;
            __m512i even = key < head->tokens ? _mm512_loadu_si512(first) : _mm512_setzero_si512();
            __m512i odd = key + 1 < head->tokens ? _mm512_loadu_si512(first + head->stride) : _mm512_setzero_si512();
            __m512i a = _mm512_unpacklo_epi16(even, odd), b = _mm512_unpackhi_epi16(even, odd);
            uint32_t *to = head->values + key / 2 * head_width + block * 32;
            _mm512_storeu_si512(to, _mm512_permutex2var_epi64(a, low, b));
            _mm512_storeu_si512(to + 16, _mm512_permutex2var_epi64(a, high, b));
        }
}

INLINE __m512 pairs(__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

INLINE void score(const struct head *head, const uint32_t *const queries[QUERIES]) {
    size_t count = head->blocks * 16, padded = head->padded;
    for (size_t key = 0; key < padded; key += 32) {
        __m512 sums[QUERIES][2];
        for (int q = 0; q < QUERIES; q++) sums[q][0] = sums[q][1] = _mm512_setzero_ps();
        for (size_t pair = 0; pair < count; pair++) {
            const uint32_t *at = head->keys + pair * padded + key;
            __m512i first = _mm512_loadu_si512(at), second = _mm512_loadu_si512(at + 16);
#pragma clang loop unroll(full)
            for (int q = 0; q < QUERIES; q++) {
                uint32_t value;
                memcpy(&value, queries[q] + pair, 4);
                __m512i query = _mm512_set1_epi32((int)value);
                sums[q][0] = pairs(sums[q][0], query, first);
                sums[q][1] = pairs(sums[q][1], query, second);
            }
        }
        for (int q = 0; q < QUERIES; q++) {
            _mm512_storeu_ps(head->scores + q * padded + key, sums[q][0]);
            _mm512_storeu_ps(head->scores + q * padded + key + 16, sums[q][1]);
        }
    }
}

// Scores to weights as bfloat16, in the place of the scores; returns the inverse of their sum.
INLINE float weigh(float *scores, size_t tokens, size_t padded) {
    for (size_t key = tokens; key < padded; key++) scores[key] = -__builtin_inff();
    __m512 most = _mm512_loadu_ps(scores), sum = _mm512_setzero_ps();
    for (size_t key = 16; key < padded; key += 16) most = _mm512_max_ps(most, _mm512_loadu_ps(scores + key));
    __m512 largest = _mm512_set1_ps(_mm512_reduce_max_ps(most));
    uint16_t *weights = (uint16_t *)scores;
    for (size_t key = 0; key < padded; key += 16) {
        __m512 shifted = _mm512_sub_ps(_mm512_loadu_ps(scores + key), largest);
        // Keys past the end have -infinity here and must weigh nothing.
        __mmask16 inside = key + 16 <= tokens ? 0xffff : (__mmask16)((1u << (tokens > key ? tokens - key : 0)) - 1);
        __m512 weight = _mm512_maskz_mov_ps(inside, power_of_two(shifted));
        sum = _mm512_add_ps(sum, weight);
        _mm256_storeu_si256((__m256i *)(weights + key), (__m256i)_mm512_cvtneps_pbh(weight));
    }
    return 1 / _mm512_reduce_add_ps(sum);
}

INLINE void mix(const struct head *head, const float inverse[QUERIES], size_t first, size_t count, size_t block) {
    size_t head_width = head->blocks * 32;
    __m512 sums[QUERIES][2];
    for (int q = 0; q < QUERIES; q++) sums[q][0] = sums[q][1] = _mm512_setzero_ps();
    for (size_t pair = 0; pair < (head->tokens + 1) / 2; pair++) {
        const uint32_t *at = head->values + pair * head_width + block * 32;
        __m512i low = _mm512_loadu_si512(at), high = _mm512_loadu_si512(at + 16);
#pragma clang loop unroll(full)
        for (int q = 0; q < QUERIES; q++) {
            uint32_t value;
            memcpy(&value, (const uint32_t *)(head->scores + q * head->padded) + pair, 4);
            __m512i weight = _mm512_set1_epi32((int)value);
            sums[q][0] = pairs(sums[q][0], weight, low);
            sums[q][1] = pairs(sums[q][1], weight, high);
        }
    }
    for (size_t q = 0; q < count; q++) {
        __m512 scale = _mm512_set1_ps(inverse[q]);
        uint16_t *to = head->result + (first + q) * head->width + block * 32;
        _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(sums[q][0], scale)));
        _mm256_storeu_si256((__m256i *)(to + 16), (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(sums[q][1], scale)));
    }
}

TARGET void vectorspool_attention_bfloat16(const struct vectorspool_attention *call) {
    size_t width = call->heads * call->head_width, padded = (call->tokens + 31) / 32 * 32;
    const uint16_t *projected = call->projected;
    uint32_t *keys = call->scratch, *values = keys + call->head_width / 2 * padded;
    struct head head = {
        .stride = 3 * width,
        .width = width,
        .tokens = call->tokens,
        .blocks = call->head_width / 32,
        .padded = padded,
        .keys = keys,
        .values = values,
        .scores = (float *)(values + padded / 2 * call->head_width),
    };
    for (size_t column = 0; column < width; column += call->head_width) {
        head.queries = projected + column;
        head.result = (uint16_t *)call->result + column;
        lay_out(&head, projected + width + column, projected + 2 * width + column);
        for (size_t first = 0; first < head.tokens; first += QUERIES) {
            size_t count = head.tokens - first < QUERIES ? head.tokens - first : QUERIES;
            const uint32_t *queries[QUERIES];
            // A short last tile repeats its last query; the repeats are never stored.
            for (size_t q = 0; q < QUERIES; q++)
                queries[q] = (const uint32_t *)(head.queries + (first + (q < count ? q : count - 1)) * head.stride);
            score(&head, queries);
            float inverse[QUERIES];
            for (size_t q = 0; q < count; q++) inverse[q] = weigh(head.scores + q * padded, head.tokens, padded);
            for (size_t block = 0; block < head.blocks; block++) mix(&head, inverse, first, count, block);
        }
    }
}
#endif
