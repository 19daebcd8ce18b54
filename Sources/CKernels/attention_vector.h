// Attention of one sequence in floats: tiles of queries whose scores stay in the first-level cache between the products.
//
// Included by encoder_kernels_vector.h. Keys are laid out as [dimension][key], so that a vector holds neighbouring keys.
enum { QUERIES = LANES == 16 ? 8 : 4 };

struct head {
    const void *projected;
    void *result;
    enum vectorspool_element element;
    size_t stride, width, column, tokens, head_width;
    size_t padded;       // keys, a multiple of LANES
    size_t value_width;  // a multiple of 2 LANES
    float *keys;         // [head_width][padded]
    float *values;       // [tokens][value_width]
    float *scores;       // [QUERIES][padded]
    float *queries;      // [QUERIES][head_width]
};

// The first `count` elements, zeros behind them.
INLINE vector load_elements(const void *values, enum vectorspool_element element, size_t index, size_t count) {
    if (count >= LANES) {
        if (element == vectorspool_element_bfloat16) return widen(*(const vector_half *)((const uint16_t *)values + index));
        return load((const float *)values + index);
    }
    vector result = splat(0);
    for (size_t i = 0; i < count; i++) result[i] = one_element(values, element, index + i);
    return result;
}

INLINE void store_elements(void *values, enum vectorspool_element element, size_t index, vector value, size_t count) {
    if (count >= LANES && element == vectorspool_element_bfloat16)
        *(vector_half *)((uint16_t *)values + index) = narrow(value);
    else if (count >= LANES)
        store((float *)values + index, value);
    else
        for (size_t i = 0; i < count; i++)
            if (element == vectorspool_element_bfloat16)
                ((uint16_t *)values)[index + i] = narrow_one(value[i]);
            else
                ((float *)values)[index + i] = value[i];
}

INLINE void lay_out(const struct head *head, enum vectorspool_element element) {
    size_t width = head->width;
    for (size_t d = 0; d < head->head_width; d += LANES) {
        size_t dimensions = head->head_width - d;
        for (size_t key = 0; key < head->padded; key += LANES) {
            vector rows[LANES];
            for (size_t i = 0; i < LANES; i++)
                rows[i] = key + i < head->tokens
                              ? load_elements(head->projected, element, (key + i) * head->stride + width + head->column + d, dimensions)
                              : splat(0);
            transpose(rows);
            for (size_t i = 0; i < LANES && i < dimensions; i++) store(head->keys + (d + i) * head->padded + key, rows[i]);
        }
    }
    for (size_t token = 0; token < head->tokens; token++)
        for (size_t d = 0; d < head->value_width; d += LANES) {
            size_t index = token * head->stride + 2 * width + head->column + d;
            size_t dimensions = d < head->head_width ? head->head_width - d : 0;
            store(head->values + token * head->value_width + d, load_elements(head->projected, element, index, dimensions));
        }
}

// Scores of `rows` queries against `vectors` vectors of keys; keeps the largest of each query.
INLINE void score(const struct head *head, size_t key, int rows, int vectors, vector most[QUERIES]) {
    vector sums[QUERIES][2];
    for (int q = 0; q < rows; q++) sums[q][0] = sums[q][1] = splat(0);
    for (size_t d = 0; d < head->head_width; d++) {
        const float *at = head->keys + d * head->padded + key;
        vector first = load(at), second = vectors == 2 ? load(at + LANES) : splat(0);
        for (int q = 0; q < rows; q++) {
            vector query = splat(head->queries[(size_t)q * head->head_width + d]);
            sums[q][0] = fused(query, first, sums[q][0]);
            if (vectors == 2) sums[q][1] = fused(query, second, sums[q][1]);
        }
    }
    for (int vector_index = 0; vector_index < vectors; vector_index++) {
        size_t start = key + (size_t)vector_index * LANES;
        vector penalty = splat(0);
        if (start + LANES > head->tokens)
            for (size_t i = 0; i < LANES; i++)
                if (start + i >= head->tokens) penalty[i] = -INFINITY;
        for (int q = 0; q < rows; q++) {
            vector scores = sums[q][vector_index] + penalty;
            most[q] = larger(most[q], scores);
            store(head->scores + (size_t)q * head->padded + start, scores);
        }
    }
}

// Turns a query's scores into powers of two; returns the inverse of their sum.
INLINE float weigh(float *scores, vector most, size_t padded) {
    static const float coefficients[] = {
        1.327647151e-03f, 9.675541331e-03f, 5.550713275e-02f, 2.402211972e-01f, 6.931469671e-01f, 1.000000072e+00f};
    vector largest = splat(largest_of(most)), sum = splat(0);
    for (size_t key = 0; key < padded; key += LANES) {
        vector weight = power_of_two(load(scores + key) - largest, coefficients, 5);
        store(scores + key, weight);
        sum += weight;
    }
    return 1 / sum_of(sum);
}

// result[query] = sum over keys of weight * value, for two vectors of the head's width.
INLINE void mix(const struct head *head, const float inverse[QUERIES], size_t first, size_t count, size_t d, int rows,
                enum vectorspool_element element) {
    vector sums[QUERIES][2];
    for (int q = 0; q < rows; q++) sums[q][0] = sums[q][1] = splat(0);
    for (size_t key = 0; key < head->tokens; key++) {
        const float *at = head->values + key * head->value_width + d;
        vector low = load(at), high = load(at + LANES);
        for (int q = 0; q < rows; q++) {
            vector weight = splat(head->scores[(size_t)q * head->padded + key]);
            sums[q][0] = fused(weight, low, sums[q][0]);
            sums[q][1] = fused(weight, high, sums[q][1]);
        }
    }
    for (size_t q = 0; q < count; q++)
        for (size_t part = 0; part < 2; part++) {
            size_t offset = d + part * LANES;
            if (offset >= head->head_width) break;
            store_elements(
                head->result, element, (first + q) * head->width + head->column + offset, sums[q][part] * inverse[q],
                head->head_width - offset);
        }
}

// A tile of `rows` queries, of which `count` are there: the last one is repeated, and the repeats are never stored.
INLINE void attend_tile(
    const struct head *head, size_t first, size_t count, int rows, enum vectorspool_element element) {
    for (size_t q = 0; q < (size_t)rows; q++) {
        size_t row = (first + (q < count ? q : count - 1)) * head->stride + head->column;
        for (size_t d = 0; d < head->head_width; d += LANES) {
            size_t dimensions = head->head_width - d;
            store_elements(
                head->queries, vectorspool_element_float32, q * head->head_width + d,
                load_elements(head->projected, element, row + d, dimensions), dimensions);
        }
    }
    vector most[QUERIES];
    for (int q = 0; q < rows; q++) most[q] = splat(-INFINITY);
    size_t key = 0;
    for (; key + 2 * LANES <= head->padded; key += 2 * LANES) score(head, key, rows, 2, most);
    if (key < head->padded) score(head, key, rows, 1, most);
    float inverse[QUERIES];
    for (int q = 0; q < rows; q++) inverse[q] = weigh(head->scores + (size_t)q * head->padded, most[q], head->padded);
    for (size_t d = 0; d < head->head_width; d += 2 * LANES) mix(head, inverse, first, count, d, rows, element);
}

INLINE void attend(struct head *head, size_t heads, enum vectorspool_element element) {
    for (size_t number = 0; number < heads; number++, head->column += head->head_width) {
        lay_out(head, element);
        for (size_t first = 0; first < head->tokens; first += QUERIES) {
            size_t count = head->tokens - first;
            if (count >= QUERIES)
                attend_tile(head, first, QUERIES, QUERIES, element);
            else if (count > QUERIES / 2)
                attend_tile(head, first, count, QUERIES, element);
            else
                attend_tile(head, first, count, QUERIES / 2, element);
        }
    }
}

static void attention(const struct vectorspool_attention *call) {
#if defined(HAS_BFLOAT16)
    if (call->element == vectorspool_element_bfloat16 && call->head_width % 32 == 0) {
        vectorspool_attention_bfloat16(call);
        return;
    }
#endif
    struct head head = {
        .projected = call->projected,
        .result = call->result,
        .width = call->heads * call->head_width,
        .stride = 3 * call->heads * call->head_width,
        .tokens = call->tokens,
        .head_width = call->head_width,
        .padded = (call->tokens + LANES - 1) / LANES * LANES,
        .value_width = (call->head_width + 2 * LANES - 1) / (2 * LANES) * (2 * LANES),
        .keys = call->scratch,
    };
    head.values = head.keys + head.head_width * head.padded;
    head.scores = head.values + head.tokens * head.value_width;
    head.queries = head.scores + QUERIES * head.padded;
    // The element type is a constant in each branch, so the loops are specialized.
    if (call->element == vectorspool_element_bfloat16)
        attend(&head, call->heads, vectorspool_element_bfloat16);
    else
        attend(&head, call->heads, vectorspool_element_float32);
}
