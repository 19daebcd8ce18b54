// The scalar twin of integer_products_vector.h; included by encoder_kernels_scalar.c.

static float product_at(const struct vectorspool_integer_product *product, size_t row, size_t column) {
    double sum = product->sums[row * product->columns + column];
    return (float)(sum * product->source.steps[row] * product->scales[column] +
                   (double)product->source.minima[row] * product->corrections[column] + product->bias[column]);
}

static void code_row(const float *values, size_t width, const struct vectorspool_coded_rows *coded, size_t row) {
    float least = values[0], most = values[0];
    for (size_t i = 1; i < width; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    coded->minima[row] = least;
    coded->steps[row] = (most - least) / 255;
    for (size_t i = 0; i < width; i++)
        coded->codes[row * width + i] =
            (uint8_t)(most > least ? (values[i] - least) * (255 / (most - least)) + 0.5f : 0);
}

static void code_rows(
    const void *values, enum vectorspool_element element, const float *factors, size_t rows, size_t width, float *scratch,
    const struct vectorspool_coded_rows *coded) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < width; i++)
            scratch[i] = element_at(values, element, row * width + i) * (factors ? factors[i] : 1);
        code_row(scratch, width, coded, row);
    }
}

static void put_element(void *values, enum vectorspool_element element, size_t index, float value) {
    if (element == vectorspool_element_bfloat16)
        ((uint16_t *)values)[index] = to_bfloat16(value);
    else
        ((float *)values)[index] = value;
}

static void finish_values(
    const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element) {
    for (size_t row = 0; row < product->rows; row++)
        for (size_t i = 0; i < product->columns; i++)
            put_element(values, element, row * product->columns + i, product_at(product, row, i));
}

static void finish_gelu(
    const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element) {
    for (size_t row = 0; row < product->rows; row++)
        for (size_t i = 0; i < product->columns; i++) {
            float value = product_at(product, row, i);
            gelu(&value, 1, vectorspool_element_float32);
            put_element(values, element, row * product->columns + i, value);
        }
}

static void finish_norm(
    const struct vectorspool_integer_product *product, float *residual, const float *gain, const float *offset,
    float epsilon, const float *factors, float *scratch, const struct vectorspool_coded_rows *coded) {
    size_t width = product->columns;
    for (size_t row = 0; row < product->rows; row++, residual += width) {
        for (size_t i = 0; i < width; i++) residual[i] += product_at(product, row, i);
        add_and_normalize(residual, NULL, gain, offset, epsilon, 1, width, NULL);
        for (size_t i = 0; i < width; i++) scratch[i] = residual[i] * (factors ? factors[i] : 1);
        code_row(scratch, width, coded, row);
    }
}
