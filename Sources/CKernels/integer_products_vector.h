// What stands between two products of bytes: sums to numbers, and numbers to the codes of the next product.
//
// Included by encoder_kernels_vector.h. A part is a vector, or what is left of a row at its end.

INLINE vector load_part(const float *from, size_t count, float fill) {
    if (count >= LANES) return load(from);
    vector result = splat(fill);
    for (size_t i = 0; i < count; i++) result[i] = from[i];
    return result;
}

INLINE void store_part(float *to, vector value, size_t count) {
    if (count >= LANES) {
        store(to, value);
        return;
    }
    for (size_t i = 0; i < count; i++) to[i] = value[i];
}

INLINE void code_part(uint8_t *to, vector value, size_t count) {
    typedef uint8_t vector_byte __attribute__((vector_size(LANES), aligned(1)));
    // All are between 0 and 255, so that cutting off after adding a half rounds.
    vector_byte codes = __builtin_convertvector(__builtin_convertvector(value + 0.5f, vector_int), vector_byte);
    if (count >= LANES) {
        *(vector_byte *)to = codes;
        return;
    }
    for (size_t i = 0; i < count; i++) to[i] = codes[i];
}

// The numbers of one part of a row of a product.
INLINE vector product_part(
    const struct vectorspool_integer_product *product, size_t row, size_t column, size_t count) {
    const int32_t *sums = product->sums + row * product->columns + column;
    vector_int whole = {0};
    if (count >= LANES)
        whole = *(const vector_int *)sums;
    else
        for (size_t i = 0; i < count; i++) whole[i] = sums[i];
    vector scale = load_part(product->scales + column, count, 0) * product->source.steps[row];
    vector shift = fused(
        splat(product->source.minima[row]), load_part(product->corrections + column, count, 0),
        load_part(product->bias + column, count, 0));
    return fused(__builtin_convertvector(whole, vector), scale, shift);
}

// Repeats the first lane in the lanes after a row's end, so that they change neither its least nor its largest value.
INLINE vector only_part(vector x, size_t count) {
    for (size_t lane = count; lane < LANES; lane++) x[lane] = x[0];
    return x;
}

// Codes of a row whose least and largest values are known lane by lane.
INLINE void code_row(
    const float *values, size_t width, vector least, vector most, const struct vectorspool_coded_rows *coded, size_t row) {
    float minimum = -largest_of(-least), span = largest_of(most) - minimum;
    coded->minima[row] = minimum;
    coded->steps[row] = span / 255;
    vector inverse = splat(span > 0 ? 255 / span : 0);
    for (size_t i = 0; i < width; i += LANES)
        code_part(coded->codes + row * width + i, (load_part(values + i, width - i, minimum) - minimum) * inverse, width - i);
}

static void code_rows(
    const void *values, enum vectorspool_element element, const float *factors, size_t rows, size_t width, float *scratch,
    const struct vectorspool_coded_rows *coded) {
    for (size_t row = 0; row < rows; row++) {
        vector least = splat(INFINITY), most = splat(-INFINITY);
        for (size_t i = 0; i < width; i += LANES) {
            size_t count = width - i;
            vector x = {0};
            if (count >= LANES)
                x = load_elements(values, element, row * width + i, LANES);
            else
                for (size_t lane = 0; lane < count; lane++) x[lane] = one_element(values, element, row * width + i + lane);
            if (factors) x *= load_part(factors + i, count, 0);
            store_part(scratch + i, x, count);
            x = only_part(x, count);
            least = smaller(least, x);
            most = larger(most, x);
        }
        code_row(scratch, width, least, most, coded, row);
    }
}

static void finish_values(
    const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element) {
    size_t columns = product->columns;
    for (size_t row = 0; row < product->rows; row++)
        for (size_t i = 0; i < columns; i += LANES)
            store_elements(values, element, row * columns + i, product_part(product, row, i, columns - i), columns - i);
}

static void finish_gelu(
    const struct vectorspool_integer_product *product, void *values, enum vectorspool_element element) {
    size_t columns = product->columns;
    for (size_t row = 0; row < product->rows; row++)
        for (size_t i = 0; i < columns; i += LANES)
            store_elements(
                values, element, row * columns + i,
                gaussian_error_linear_unit(product_part(product, row, i, columns - i)), columns - i);
}

static void finish_norm(
    const struct vectorspool_integer_product *product, float *residual, const float *gain, const float *offset,
    float epsilon, const float *factors, float *scratch, const struct vectorspool_coded_rows *coded) {
    size_t width = product->columns;
    for (size_t row = 0; row < product->rows; row++, residual += width) {
        vector sum = splat(0), squares = splat(0);
        for (size_t i = 0; i < width; i += LANES) {
            size_t count = width - i;
            vector x = load_part(residual + i, count, 0) + product_part(product, row, i, count);
            store_part(residual + i, x, count);
            sum += x;
        }
        float mean = sum_of(sum) / (float)width;
        for (size_t i = 0; i < width; i += LANES) {
            vector x = load_part(residual + i, width - i, mean) - mean;
            squares = fused(x, x, squares);
        }
        float scale = 1 / sqrtf(sum_of(squares) / (float)width + epsilon);
        vector least = splat(INFINITY), most = splat(-INFINITY);
        for (size_t i = 0; i < width; i += LANES) {
            size_t count = width - i;
            vector x = fused((load_part(residual + i, count, mean) - mean) * scale, load_part(gain + i, count, 0),
                             load_part(offset + i, count, 0));
            store_part(residual + i, x, count);
            if (factors) x *= load_part(factors + i, count, 0);
            store_part(scratch + i, x, count);
            x = only_part(x, count);
            least = smaller(least, x);
            most = larger(most, x);
        }
        code_row(scratch, width, least, most, coded, row);
    }
}
