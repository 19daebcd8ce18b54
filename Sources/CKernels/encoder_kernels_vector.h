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
