// The vector loops, written once with Clang's vector types and compiled once for each instruction set.
//
// The including file sets LANES (floats in a vector) and TABLE (the name of the table) and switches the target on, so this
// header has no include guard. Rows of packed sequences are not padded, so every loop over a width has a scalar tail.

#include <math.h>
#include <string.h>

#include "encoder_kernels_tables.h"

typedef float vector __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t vector_int __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint32_t vector_uint __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint16_t vector_half __attribute__((vector_size(2 * LANES), aligned(2)));

#define INLINE static inline __attribute__((always_inline))

INLINE vector splat(float value) { return (vector){0} + value; }
INLINE vector load(const float *from) { return *(const vector *)from; }
INLINE void store(float *to, vector value) { *(vector *)to = value; }
// Without the instruction a true fused multiply-add would be a library call for each lane.
INLINE vector fused(vector a, vector b, vector c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}
INLINE vector larger(vector a, vector b) { return __builtin_elementwise_max(a, b); }
INLINE vector smaller(vector a, vector b) { return __builtin_elementwise_min(a, b); }

INLINE float sum_of(vector value) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) sum += value[i];
    return sum;
}

INLINE float largest_of(vector value) {
    float largest = value[0];
    for (int i = 1; i < LANES; i++) largest = value[i] > largest ? value[i] : largest;
    return largest;
}

INLINE vector widen(vector_half value) {
    return (vector)(__builtin_convertvector(value, vector_uint) << 16);
}

// Round to nearest, ties to even.
INLINE vector_half narrow(vector value) {
#if LANES == 16 && defined(__AVX512BF16__)
    return (vector_half)__builtin_ia32_cvtneps2bf16_512((__attribute__((vector_size(64))) float)value);
#else
    vector_uint bits = (vector_uint)value;
    return __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, vector_half);
#endif
}

INLINE uint16_t narrow_one(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

INLINE vector load_element(const void *values, enum vectorspool_element element, size_t index) {
    if (element == vectorspool_element_bfloat16) return widen(*(const vector_half *)((const uint16_t *)values + index));
    return load((const float *)values + index);
}

INLINE float one_element(const void *values, enum vectorspool_element element, size_t index) {
    if (element == vectorspool_element_float32) return ((const float *)values)[index];
    uint32_t bits = (uint32_t)((const uint16_t *)values)[index] << 16;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

INLINE void store_element(void *values, enum vectorspool_element element, size_t index, vector value) {
    if (element == vectorspool_element_bfloat16)
        *(vector_half *)((uint16_t *)values + index) = narrow(value);
    else
        store((float *)values + index, value);
}

// 2^x for x <= 0: 2^n times a polynomial of degree 6 of the fraction, relative error 1e-7.
INLINE vector power_of_two(vector x) {
    x = larger(x, splat(-120.0f));
    // Adding and taking away 1.5 * 2^23 rounds to an integer on every processor; SSE2 has no instruction for it.
    vector n = (x + 12582912.0f) - 12582912.0f;
    vector f = x - n;
    vector p = splat(1.534580741e-04f);
    p = fused(p, f, splat(1.339993119e-03f));
    p = fused(p, f, splat(9.618488974e-03f));
    p = fused(p, f, splat(5.550328777e-02f));
    p = fused(p, f, splat(2.402264689e-01f));
    p = fused(p, f, splat(6.931472057e-01f));
    p = fused(p, f, splat(1.000000001e+00f));
    vector_int power = (__builtin_convertvector(n, vector_int) + 127) << 23;
    return p * (vector)power;
}

// gelu(x) = max(x, 0) - g(|x|) with g(t) = t * erfc(t / sqrt(2)) / 2, a bump that is nought beyond 5.5. A polynomial of
// degree 16 in t / 2.75 - 1 (least maximum error, found by reweighted Chebyshev fits) is within 3e-7 of it, and it has no
// division and no cancellation near x = -5, where 1 + erf loses the last digits.
INLINE vector gaussian_error_linear_unit(vector x) {
    static const float coefficients[] = {
        -1.517686248e-02f, -8.053044439e-04f, 9.689611197e-02f, -3.640820459e-02f, -2.537057698e-01f, 2.308409214e-01f,
        2.695964873e-01f, -5.440989137e-01f, 1.525605768e-01f, 4.592228234e-01f, -6.286078095e-01f, 2.605161369e-01f,
        1.789810508e-01f, -3.086897731e-01f, 1.912619025e-01f, -6.057775021e-02f, 8.194380440e-03f,
    };
    vector t = smaller(__builtin_elementwise_abs(x), splat(5.5f));
    vector u = fused(t, splat(1 / 2.75f), splat(-1.0f));
    vector g = splat(coefficients[0]);
    for (int i = 1; i < 17; i++) g = fused(g, u, splat(coefficients[i]));
    return larger(x, splat(0)) - g;
}

static void gelu(float *values, size_t count, uint16_t *typed) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        vector result = gaussian_error_linear_unit(load(values + i));
        if (typed)
            *(vector_half *)(typed + i) = narrow(result);
        else
            store(values + i, result);
    }
    for (; i < count; i++) {
        float result = 0.5f * values[i] * (1 + erff(values[i] * 0.70710678118654752f));
        if (typed)
            typed[i] = narrow_one(result);
        else
            values[i] = result;
    }
}

static void add_and_normalize(
    float *residual, const float *product, const float *gain, const float *offset, float epsilon, size_t rows,
    size_t width, uint16_t *typed) {
    size_t whole = width - width % LANES;
    for (size_t row = 0; row < rows; row++, residual += width) {
        const float *added = product ? product + row * width : NULL;
        vector sum = splat(0), squares = splat(0);
        float tail_sum = 0, tail_squares = 0;
        for (size_t i = 0; i < whole; i += LANES) {
            vector x = load(residual + i);
            if (added) x += load(added + i);
            store(residual + i, x);
            sum += x;
        }
        for (size_t i = whole; i < width; i++) tail_sum += residual[i] += added ? added[i] : 0;
        float mean = (sum_of(sum) + tail_sum) / (float)width;
        for (size_t i = 0; i < whole; i += LANES) {
            vector x = load(residual + i) - mean;
            squares = fused(x, x, squares);
        }
        for (size_t i = whole; i < width; i++) tail_squares += (residual[i] - mean) * (residual[i] - mean);
        float scale = 1 / sqrtf((sum_of(squares) + tail_squares) / (float)width + epsilon);
        for (size_t i = 0; i < whole; i += LANES) {
            vector x = fused((load(residual + i) - mean) * scale, load(gain + i), load(offset + i));
            store(residual + i, x);
            if (typed) *(vector_half *)(typed + row * width + i) = narrow(x);
        }
        for (size_t i = whole; i < width; i++) {
            residual[i] = (residual[i] - mean) * scale * gain[i] + offset[i];
            if (typed) typed[row * width + i] = narrow_one(residual[i]);
        }
    }
}

static void add_rows(float *sum, const float *word, const float *position, size_t width) {
    size_t i = 0;
    for (; i + LANES <= width; i += LANES) store(sum + i, load(word + i) + load(position + i));
    for (; i < width; i++) sum[i] = word[i] + position[i];
}

static void accumulate_rows(float *pooled, const float *rows_start, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, rows_start += width) {
        size_t i = 0;
        for (; i + LANES <= width; i += LANES) store(pooled + i, load(pooled + i) + load(rows_start + i));
        for (; i < width; i++) pooled[i] += rows_start[i];
    }
}

// Attention in tiles of QUERIES rows: the scores of a tile stay in the first-level cache between the two products.
enum { QUERIES = LANES == 16 ? 8 : 4 };

// scores[query][key] for a tile of queries against keys stored head_width x padded (transposed), two vectors of keys a step.
INLINE void score_tile(
    const float *queries, const float *keys, float *scores, size_t head_width, size_t padded) {
    for (size_t key = 0; key < padded; key += LANES * 2) {
        vector sums[QUERIES][2];
        for (int q = 0; q < QUERIES; q++) sums[q][0] = sums[q][1] = splat(0);
        for (size_t d = 0; d < head_width; d++) {
            vector first = load(keys + d * padded + key), second = load(keys + d * padded + key + LANES);
            for (int q = 0; q < QUERIES; q++) {
                vector query = splat(queries[q * head_width + d]);
                sums[q][0] = fused(query, first, sums[q][0]);
                sums[q][1] = fused(query, second, sums[q][1]);
            }
        }
        for (int q = 0; q < QUERIES; q++) {
            store(scores + q * padded + key, sums[q][0]);
            store(scores + q * padded + key + LANES, sums[q][1]);
        }
    }
}

// Turns scores into powers of two, 0 beyond `tokens`; returns their sum.
INLINE float exponentiate(float *scores, size_t tokens, size_t padded) {
    for (size_t key = tokens; key < padded; key++) scores[key] = -INFINITY;
    vector most = load(scores);
    for (size_t key = LANES; key < padded; key += LANES) most = larger(most, load(scores + key));
    vector largest = splat(largest_of(most)), sum = splat(0);
    for (size_t key = 0; key < padded; key += LANES) {
        vector value = power_of_two(load(scores + key) - largest);
        store(scores + key, value);
        if (key + LANES <= tokens) sum += value;
    }
    float total = sum_of(sum);
    for (size_t key = tokens - tokens % LANES; key < tokens; key++) total += scores[key];
    return total;
}

// result[query] = sum over keys of weight * value, for two vectors of the head's width.
INLINE void value_tile(
    const float *weights, const float *values, vector sums[QUERIES][2], size_t tokens, size_t padded,
    size_t value_width) {
    for (int q = 0; q < QUERIES; q++) sums[q][0] = sums[q][1] = splat(0);
    for (size_t key = 0; key < tokens; key++) {
        vector first = load(values + key * value_width), second = load(values + key * value_width + LANES);
        for (int q = 0; q < QUERIES; q++) {
            vector weight = splat(weights[q * padded + key]);
            sums[q][0] = fused(weight, first, sums[q][0]);
            sums[q][1] = fused(weight, second, sums[q][1]);
        }
    }
}

// One head: keys transposed and values widened into scratch once, then tile after tile of queries.
INLINE void attend_head(
    const struct vectorspool_attention *call, enum vectorspool_element element, size_t head, size_t padded,
    size_t value_width) {
    size_t tokens = call->tokens, head_width = call->head_width;
    size_t width = call->heads * head_width, stride = 3 * width, column = head * head_width;
    float *keys = call->scratch, *values = keys + head_width * padded, *scores = values + tokens * value_width;
    float *queries = scores + QUERIES * padded;
    size_t whole = head_width - head_width % LANES;
    for (size_t token = 0; token < tokens; token++) {
        size_t key = token * stride + width + column, value = key + width;
        for (size_t d = 0; d < head_width; d++) keys[d * padded + token] = one_element(call->projected, element, key + d);
        float *row = values + token * value_width;
        for (size_t d = 0; d < whole; d += LANES) store(row + d, load_element(call->projected, element, value + d));
        for (size_t d = whole; d < value_width; d++)
            row[d] = d < head_width ? one_element(call->projected, element, value + d) : 0;
    }
    for (size_t d = 0; d < head_width; d++)
        for (size_t token = tokens; token < padded; token++) keys[d * padded + token] = 0;

    for (size_t start = 0; start < tokens; start += QUERIES) {
        size_t count = tokens - start < QUERIES ? tokens - start : QUERIES;
        for (size_t q = 0; q < QUERIES; q++) {
            // A short last tile repeats its last query; the repeats are never stored.
            size_t query = start + (q < count ? q : count - 1);
            for (size_t d = 0; d < head_width; d++)
                queries[q * head_width + d] = one_element(call->projected, element, query * stride + column + d);
        }
        score_tile(queries, keys, scores, head_width, padded);
        float inverse[QUERIES];
        for (int q = 0; q < QUERIES; q++) inverse[q] = 1 / exponentiate(scores + q * padded, tokens, padded);
        for (size_t d = 0; d < head_width; d += LANES * 2) {
            vector sums[QUERIES][2];
            value_tile(scores, values + d, sums, tokens, padded, value_width);
            for (size_t q = 0; q < count; q++)
                for (size_t part = 0; part < 2; part++) {
                    vector scaled = sums[q][part] * inverse[q];
                    size_t first = d + part * LANES, index = (start + q) * width + column + first;
                    if (first + LANES <= head_width)
                        store_element(call->result, element, index, scaled);
                    else
                        for (size_t lane = 0; first + lane < head_width; lane++)
                            if (element == vectorspool_element_bfloat16)
                                ((uint16_t *)call->result)[index + lane] = narrow_one(scaled[lane]);
                            else
                                ((float *)call->result)[index + lane] = scaled[lane];
                }
        }
    }
}

static void attention(const struct vectorspool_attention *call) {
#if defined(__AVX512BF16__)
    if (call->element == vectorspool_element_bfloat16 && call->head_width % 32 == 0) {
        vectorspool_attention_bfloat16(call);
        return;
    }
#endif
    size_t padded = (call->tokens + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
    size_t value_width = (call->head_width + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
    for (size_t head = 0; head < call->heads; head++)
        // The element type is a constant in each branch, so the loops are specialized.
        if (call->element == vectorspool_element_bfloat16)
            attend_head(call, vectorspool_element_bfloat16, head, padded, value_width);
        else
            attend_head(call, vectorspool_element_float32, head, padded, value_width);
}

const struct vectorspool_encoder_kernels TABLE = {
    TABLE_NAME, attention, add_and_normalize, gelu, add_rows, accumulate_rows,
};
