// The scalar twin of encoder_kernels_vector.h: plain loops that say what the vector versions must compute.
#include "encoder_kernels.h"

#include <math.h>
#include <string.h>

#include "encoder_kernels_tables.h"

static float from_bfloat16(uint16_t value) {
    uint32_t bits = (uint32_t)value << 16;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

// Round to nearest, ties to even, as vcvtneps2bf16 does; NaN never reaches here.
static uint16_t to_bfloat16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

static float element_at(const void *values, enum vectorspool_element element, size_t index) {
    return element == vectorspool_element_bfloat16 ? from_bfloat16(((const uint16_t *)values)[index])
                                                   : ((const float *)values)[index];
}

static void attention(const struct vectorspool_attention *call) {
    size_t width = call->heads * call->head_width, stride = 3 * width, tokens = call->tokens;
    float *weights = call->scratch;
    for (size_t head = 0; head < call->heads; head++) {
        size_t column = head * call->head_width;
        for (size_t query = 0; query < tokens; query++) {
            float largest = -INFINITY;
            double sum = 0;
            for (size_t key = 0; key < tokens; key++) {
                double score = 0;
                for (size_t d = 0; d < call->head_width; d++)
                    score += element_at(call->projected, call->element, query * stride + column + d) *
                             element_at(call->projected, call->element, key * stride + width + column + d);
                weights[key] = (float)score;
                if (weights[key] > largest) largest = weights[key];
            }
            for (size_t key = 0; key < tokens; key++) sum += weights[key] = exp2f(weights[key] - largest);
            for (size_t d = 0; d < call->head_width; d++) {
                double value = 0;
                for (size_t key = 0; key < tokens; key++)
                    value += weights[key] *
                             element_at(call->projected, call->element, key * stride + 2 * width + column + d);
                size_t index = query * width + column + d;
                if (call->element == vectorspool_element_bfloat16)
                    ((uint16_t *)call->result)[index] = to_bfloat16((float)(value / sum));
                else
                    ((float *)call->result)[index] = (float)(value / sum);
            }
        }
    }
}

static void add_and_normalize(
    float *residual, const float *product, const float *gain, const float *offset, float epsilon, size_t rows,
    size_t width, uint16_t *typed) {
    for (size_t row = 0; row < rows; row++, residual += width) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < width; i++) {
            if (product) residual[i] += product[row * width + i];
            sum += residual[i];
        }
        double mean = sum / width;
        for (size_t i = 0; i < width; i++) squares += (residual[i] - mean) * (residual[i] - mean);
        double scale = 1 / sqrt(squares / width + epsilon);
        for (size_t i = 0; i < width; i++) {
            residual[i] = (float)((residual[i] - mean) * scale) * gain[i] + offset[i];
            if (typed) typed[row * width + i] = to_bfloat16(residual[i]);
        }
    }
}

static void gelu(void *values, size_t count, enum vectorspool_element element) {
    for (size_t i = 0; i < count; i++) {
        float x = element_at(values, element, i);
        float result = (float)(0.5 * x * (1 + erf(x * M_SQRT1_2)));
        if (element == vectorspool_element_bfloat16)
            ((uint16_t *)values)[i] = to_bfloat16(result);
        else
            ((float *)values)[i] = result;
    }
}

static void add_rows(float *sum, const float *word, const float *position, size_t width) {
    for (size_t i = 0; i < width; i++) sum[i] = word[i] + position[i];
}

static void accumulate_rows(float *pooled, const float *rows_start, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < width; i++) pooled[i] += rows_start[row * width + i];
}

#include "integer_products_scalar.h"

const struct vectorspool_encoder_kernels vectorspool_encoder_kernels_scalar = {
    .name = "scalar",
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
