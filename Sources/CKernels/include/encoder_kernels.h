#pragma once

#include <stddef.h>
#include <stdint.h>

/// Element type of the values that matrix products read: `float` or bfloat16 (the upper half of a float's bits).
enum vectorspool_element { vectorspool_element_float32 = 0, vectorspool_element_bfloat16 = 1 };

/// Shape of one attention call: a sequence's rows in the packed [query | key | value] product.
struct vectorspool_attention {
    /// Rows of `3 * heads * head_width` elements; queries are already scaled by `head_width ** -0.5 * log2(e)`.
    const void *projected;
    /// Rows of `heads * head_width` elements.
    void *result;
    /// Tokens of the sequence: attention never leaves it, so nothing is padded or masked.
    size_t tokens;
    size_t heads;
    size_t head_width;
    enum vectorspool_element element;
    /// At least `vectorspool_attention_scratch(tokens, head_width)` bytes, 64-byte aligned.
    void *scratch;
};

/// Rows of activations as unsigned codes, each row with a range of its own: value = minimum + step * code.
///
/// The recipe of compute int8: per token and asymmetric, since a norm's offset moves rows away from zero.
struct vectorspool_coded_rows {
    uint8_t *codes;
    float *steps;
    float *minima;
};

/// A product of codes and signed bytes as oneDNN leaves it, and what makes numbers of it:
/// value[row][column] = sums[row][column] * steps[row] * scales[column] + minima[row] * corrections[column] + bias[column].
struct vectorspool_integer_product {
    /// `rows * columns` sums of code * weight.
    const int32_t *sums;
    size_t rows;
    size_t columns;
    /// The rows that were multiplied; their codes are not looked at.
    struct vectorspool_coded_rows source;
    /// The step of each column of weights.
    const float *scales;
    /// The sum of each column of weights, times its step: what the rows' minima are multiplied with.
    const float *corrections;
    const float *bias;
};

/// The loops of the forward pass around the matrix products; one table for each instruction set.
struct vectorspool_encoder_kernels {
    /// "scalar", "vector128" (on Arm "neon"), "avx2", "avx512", "avx512bf16".
    const char *name;

    /// The weighted mean of V for every head of one sequence, weights 2 ** (Q K^T): softmax, its e folded into the queries.
    void (*attention)(const struct vectorspool_attention *call);

    /// residual[row] = layer_norm(residual[row] + product[row]) * gain + offset; typed[row] = the same as bfloat16 unless NULL.
    /// `product` may be NULL. Variance is biased, as in BERT.
    void (*add_and_normalize)(
        float *residual, const float *product, const float *gain, const float *offset, float epsilon, size_t rows,
        size_t width, uint16_t *typed);

    /// Exact (erf) GELU in place, absolute error below 1e-6 before a bfloat16 is rounded.
    void (*gelu)(void *values, size_t count, enum vectorspool_element element);

    /// sum = word + position, elementwise: one row of the embedding sum.
    void (*add_rows)(float *sum, const float *word, const float *position, size_t width);

    /// pooled += row over `rows` rows of `width`.
    void (*accumulate_rows)(float *pooled, const float *rows_start, size_t rows, size_t width);

    /// Codes of rows of numbers, each column times its factor first unless `factors` is NULL; `scratch` holds a row of floats.
    void (*code_rows)(
        const void *values, enum vectorspool_element element, const float *factors, size_t rows, size_t width,
        float *scratch, const struct vectorspool_coded_rows *coded);

    /// The numbers of an integer product.
    void (*finish_values)(
        const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element);

    /// GELU of an integer product's numbers.
    void (*finish_gelu)(
        const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element);

    /// residual[row] = layer_norm(residual[row] + product[row]) * gain + offset, and the same as codes, as `code_rows` makes them.
    /// `coded` may be `product->source`: a row's range is not read any more when the row is coded.
    void (*finish_norm)(
        const struct vectorspool_integer_product *product, float *residual, const float *gain, const float *offset,
        float epsilon, const float *factors, float *scratch, const struct vectorspool_coded_rows *coded);
};

/// Bytes of scratch that one attention call needs, for any table.
size_t vectorspool_attention_scratch(size_t tokens, size_t head_width);

/// The best table for this processor; the environment variable VECTORSPOOL_KERNELS names a lesser one.
const struct vectorspool_encoder_kernels *vectorspool_encoder_kernels_best(void);

/// The best table for this processor that a word for VECTORSPOOL_KERNELS allows; NULL and unknown words allow all.
const struct vectorspool_encoder_kernels *vectorspool_encoder_kernels_for(const char *word);

/// The tables that this processor can run, scalar first; returns how many there are.
size_t vectorspool_encoder_kernels_all(const struct vectorspool_encoder_kernels *const **tables);

/// Whether the processor multiplies bfloat16 in hardware (AVX512_BF16).
int vectorspool_has_bfloat16(void);
