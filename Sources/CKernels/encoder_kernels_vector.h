// The vector loops, written once with Clang's vector types and compiled once for each instruction set.
//
// The including file sets LANES (floats in a vector) and TABLE (the name of the table) and switches the target on, so this
// header has no include guard. Rows of packed sequences are not padded, so every loop over a width has a tail: scalar,
// or a part of a vector.

#include <math.h>

#include "encoder_kernels_tables.h"
#include "vector_operations.h"

INLINE float one_element(const void *values, enum vectorspool_element element, size_t index) {
    if (element == vectorspool_element_float32) return ((const float *)values)[index];
    uint32_t bits = (uint32_t)((const uint16_t *)values)[index] << 16;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

#if LANES == 16
#include "gelu_table.h"
#else
#include "gelu_polynomial.h"
#endif

static void gelu(void *values, size_t count, enum vectorspool_element element) {
    float *floats = values;
    uint16_t *halves = values;
    size_t i = 0;
    if (element == vectorspool_element_bfloat16)
        for (; i + LANES <= count; i += LANES) {
            vector_half *at = (vector_half *)(halves + i);
            *at = narrow(gaussian_error_linear_unit(widen(*at)));
        }
    else
        for (; i + LANES <= count; i += LANES) store(floats + i, gaussian_error_linear_unit(load(floats + i)));
    for (; i < count; i++) {
        float x = one_element(values, element, i);
        float result = 0.5f * x * (1 + erff(x * 0.70710678118654752f));
        if (element == vectorspool_element_bfloat16)
            halves[i] = narrow_one(result);
        else
            floats[i] = result;
    }
}

// Rows that are normalized together, because a row alone waits for its own sums.
enum { NORMALIZED = 4 };

INLINE void normalize_rows(
    float *residual, const float *added, const float *gain, const float *offset, float epsilon, size_t width, uint16_t *typed,
    int rows) {
    size_t whole = width - width % LANES;
    vector sums[NORMALIZED], squares[NORMALIZED];
    float means[NORMALIZED], scales[NORMALIZED];
    for (int row = 0; row < rows; row++) sums[row] = squares[row] = splat(0);
    for (size_t i = 0; i < whole; i += LANES)
        for (int row = 0; row < rows; row++) {
            float *at = residual + (size_t)row * width + i;
            vector x = load(at);
            if (added) store(at, x += load(added + (size_t)row * width + i));
            sums[row] += x;
        }
    for (int row = 0; row < rows; row++) {
        float *at = residual + (size_t)row * width, tail = 0;
        for (size_t i = whole; i < width; i++) tail += at[i] += added ? added[(size_t)row * width + i] : 0;
        means[row] = (sum_of(sums[row]) + tail) / (float)width;
    }
    for (size_t i = 0; i < whole; i += LANES)
        for (int row = 0; row < rows; row++) {
            vector x = load(residual + (size_t)row * width + i) - means[row];
            squares[row] = fused(x, x, squares[row]);
        }
    for (int row = 0; row < rows; row++) {
        const float *at = residual + (size_t)row * width;
        float tail = 0;
        for (size_t i = whole; i < width; i++) tail += (at[i] - means[row]) * (at[i] - means[row]);
        scales[row] = 1 / sqrtf((sum_of(squares[row]) + tail) / (float)width + epsilon);
    }
    for (size_t i = 0; i < whole; i += LANES) {
        vector factor = load(gain + i), summand = load(offset + i);
        for (int row = 0; row < rows; row++) {
            size_t index = (size_t)row * width + i;
            vector x = fused((load(residual + index) - means[row]) * scales[row], factor, summand);
            store(residual + index, x);
            if (typed) *(vector_half *)(typed + index) = narrow(x);
        }
    }
    for (int row = 0; row < rows; row++)
        for (size_t i = whole; i < width; i++) {
            size_t index = (size_t)row * width + i;
            residual[index] = (residual[index] - means[row]) * scales[row] * gain[i] + offset[i];
            if (typed) typed[index] = narrow_one(residual[index]);
        }
}

static void add_and_normalize(
    float *residual, const float *product, const float *gain, const float *offset, float epsilon, size_t rows,
    size_t width, uint16_t *typed) {
    size_t row = 0;
    for (; row < rows; row += row + NORMALIZED <= rows ? NORMALIZED : 1) {
        size_t start = row * width;
        const float *added = product ? product + start : NULL;
        uint16_t *narrowed = typed ? typed + start : NULL;
        if (row + NORMALIZED <= rows)
            normalize_rows(residual + start, added, gain, offset, epsilon, width, narrowed, NORMALIZED);
        else
            normalize_rows(residual + start, added, gain, offset, epsilon, width, narrowed, 1);
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

#include "attention_vector.h"
#include "integer_products_vector.h"

const struct vectorspool_encoder_kernels TABLE = {
    .name = TABLE_NAME,
    .attention = attention,
    .add_and_normalize = add_and_normalize,
    .gelu = gelu,
    .add_rows = add_rows,
    .accumulate_rows = accumulate_rows,
    .code_rows = code_rows,
    .finish_values = finish_values,
    .finish_gelu = finish_gelu,
    .finish_norm = finish_norm,
};
