// Compares the loops of every instruction set that this processor has with their scalar twins, on random rows.
//
// Tests/portability.sh runs it for 64-bit Arm, where the Swift tests do not run. An argument is a seed; without one it is made
// from the clock. Exits with 1 after the first loop that differs. The line of the digest is the same on every processor.
#include <CKernels.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Random numbers, too, are the same on every processor.
#pragma clang fp contract(off)

static uint64_t seed, state;

// FNV-1a of what the scalar loops of the scan made.
static uint64_t digest = 14695981039346656037u;

// Knuth's MMIX generator, of which the upper bits are used.
static uint32_t next(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

static float between(float least, float most) { return least + (most - least) * (float)(next() >> 8) / 16777216.0f; }

static void *memory(size_t bytes) {
    void *start = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!start) abort();
    return start;
}

static float *floats(size_t count, float least, float most) {
    float *made = memory(count * sizeof(float));
    for (size_t i = 0; i < count; i++) made[i] = between(least, most);
    return made;
}

static uint8_t *bytes(size_t count) {
    uint8_t *made = memory(count);
    for (size_t i = 0; i < count; i++) made[i] = (uint8_t)next();
    return made;
}

static void require(int is_equal, const char *table, const char *loop, size_t length) {
    if (is_equal) return;
    fprintf(stderr, "%s: %s differs from its scalar twin at length %zu, seed %llu\n", table, loop, length,
            (unsigned long long)seed);
    exit(1);
}

// Scores and the largest of them, in 64 bits each.
enum { ROWS = 19 };
struct outcome {
    double scores[ROWS + 1], largest;
};

static void take(const void *made, size_t count) {
    for (size_t i = 0; i < count; i++) digest = (digest ^ ((const uint8_t *)made)[i]) * 1099511628211u;
}

static int are_same(const struct outcome *expected, const struct outcome *found) {
    take(expected, sizeof *expected);
    return memcmp(expected, found, sizeof *expected) == 0;
}

// --- Scan ---------------------------------------------------------------------------------------------------------------

// Weights in all forms, padded with zeros; every seventh, or every one, is as large as weights get.
struct weights {
    int16_t *whole;
    int8_t *high, *low;
};

static struct weights make_weights(size_t count, int are_largest) {
    const size_t padded = (count + 63) / 64 * 64;
    struct weights made = {memory(2 * padded), memory(padded), memory(padded)};
    for (size_t i = 0; i < padded; i++) {
        int weight = i >= count ? 0 : are_largest ? 16319 : i % 7 == 0 ? (next() & 1 ? 16319 : -16319) : (int)(next() % 32639) - 16319;
        made.whole[i] = (int16_t)weight;
        made.high[i] = (int8_t)((weight + 64) >> 7);
        made.low[i] = (int8_t)(weight - 128 * made.high[i]);
    }
    return made;
}

static void free_weights(struct weights weights) {
    free(weights.whole);
    free(weights.high);
    free(weights.low);
}

#include "twin_sieves.h"

static void compare_codes(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, size_t dimension) {
    // The largest sums must not overflow.
    const int are_largest = next() % 4 == 0 || dimension == 65536;
    struct weights weights = make_weights(dimension, are_largest);
    // An odd start: rows need not be aligned.
    uint8_t *rows = bytes(ROWS * dimension + 1);
    if (are_largest) memset(rows, 0xFF, ROWS * dimension + 1);
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        struct vectorspool_code_query query = {
            .dimension = dimension, .flip = is_signed ? 0x80 : 0, .weights = weights.whole, .high = weights.high,
            .low = weights.low, .scale = between(0, 1), .offset = between(-1, 1)};
        struct outcome expected = {.scores = {0}}, found = {.scores = {0}};
        expected.largest = scalar->scan_codes(rows + 1, ROWS, &query, expected.scores);
        found.largest = table->scan_codes(rows + 1, ROWS, &query, found.scores);
        require(are_same(&expected, &found), table->name, is_signed ? "codes of int8" : "codes of uint8", dimension);
        compare_finding(table, rows + 1, &query, &expected);
        compare_exact_scores(scalar, table, rows + 1, &query);
    }
    require(table->scan_codes(rows, 0, &(struct vectorspool_code_query){.dimension = dimension}, NULL) == -INFINITY,
            table->name, "no codes", dimension);
    free(rows);
    free_weights(weights);
}

static void compare_signs(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, size_t length) {
    struct weights weights = make_weights(8 * length, length == 8192);
    uint8_t *rows = bytes(ROWS * length + 1), *other = bytes(length);
    if (length == 8192) memset(rows, 0xFF, ROWS * length + 1);
    struct vectorspool_sign_query query = {
        .bytes = length, .weights = weights.whole, .high = weights.high, .low = weights.low,
        .scale = between(0, 1), .offset = between(-1, 1)};
    struct outcome expected = {.scores = {0}}, found = {.scores = {0}};
    expected.largest = scalar->scan_signs(rows + 1, ROWS, &query, expected.scores);
    found.largest = table->scan_signs(rows + 1, ROWS, &query, found.scores);
    require(are_same(&expected, &found), table->name, "signs", length);
    expected.largest = scalar->scan_hamming(rows + 1, ROWS, length, other, expected.scores);
    found.largest = table->scan_hamming(rows + 1, ROWS, length, other, found.scores);
    require(are_same(&expected, &found), table->name, "Hamming distances", length);
    require(table->scan_hamming(rows, 0, length, other, NULL) == -INFINITY, table->name, "no signs", length);
    free(rows);
    free(other);
    free_weights(weights);
}

static void compare_planes(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, size_t length) {
    uint8_t *rows = bytes(ROWS * length + 1), *planes = bytes(16 * length);
    for (size_t k = 0; k < 4; k++)
        for (size_t i = length; i < 4 * length; i++) planes[4 * k * length + i] = planes[4 * k * length + i % length];
    struct vectorspool_plane_query query = {
        .bytes = length, .planes = planes, .scale = between(0, 1), .offset = between(-1, 1)};
    struct outcome expected = {.scores = {0}}, found = {.scores = {0}};
    expected.largest = scalar->scan_planes(rows + 1, ROWS, &query, expected.scores);
    found.largest = table->scan_planes(rows + 1, ROWS, &query, found.scores);
    require(are_same(&expected, &found), table->name, "planes", length);
    require(table->scan_planes(rows, 0, &query, NULL) == -INFINITY, table->name, "no planes", length);
    free(rows);
    free(planes);
}

static void compare_floats(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, size_t dimension) {
    float *rows = floats(ROWS * dimension, -1, 1), *query = floats(dimension, -1, 1);
    // A row whose score is no number.
    rows[3 * dimension] = INFINITY;
    rows[4 * dimension - 1] = -INFINITY;
    query[0] = query[dimension - 1] = 1;
    struct outcome expected = {.scores = {0}}, found = {.scores = {0}};
    expected.largest = scalar->scan_floats((uint8_t *)rows, ROWS, dimension, query, expected.scores);
    found.largest = table->scan_floats((uint8_t *)rows, ROWS, dimension, query, found.scores);
    require(are_same(&expected, &found), table->name, "floats", dimension);
    free(rows);
    free(query);
}

static void compare_quantized(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, size_t dimension) {
    const size_t count = ROWS * dimension;
    const float special[] = {INFINITY, -INFINITY, 0.0f, -0.0f, 1e-45f, 3e38f, -3e38f};
    float *values = floats(count, -1.2f, 1.2f), *lowest = floats(dimension, -1, 0), *steps = floats(dimension, 0.001f, 0.01f);
    float *highest = memory(dimension * sizeof(float));
    for (size_t j = 0; j < dimension; j++) highest[j] = lowest[j] + 255 * steps[j];
    // Infinity by infinity.
    steps[dimension / 2] = INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (i % 7 == 0) values[i] = special[next() % 7];
        // The edges of buckets, where rounding shows.
        if (i % 5 == 0) values[i] = lowest[i % dimension] + (float)(next() % 257) * steps[i % dimension];
        if (values[i] != values[i]) values[i] = 0;
    }
    uint8_t *expected = memory(count), *found = memory(count + 1);
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        struct vectorspool_buckets buckets = {
            .dimension = dimension, .starts = lowest, .steps = steps, .lowest = lowest, .highest = highest,
            .flip = is_signed ? 0x80 : 0};
        uint64_t expected_clipped = 5, clipped = 5;
        found[count] = 77;
        int64_t expected_nan = scalar->quantize_floats(values, ROWS, &buckets, expected, &expected_clipped);
        int64_t nan = table->quantize_floats(values, ROWS, &buckets, found, &clipped);
        take(expected, count);
        require(expected_nan == -1 && nan == -1 && clipped == expected_clipped && found[count] == 77
                    && memcmp(expected, found, count) == 0,
                table->name, "quantizing", dimension);
    }
    struct vectorspool_buckets buckets = {
        .dimension = dimension, .starts = lowest, .steps = steps, .lowest = lowest, .highest = highest};
    const size_t place = next() % count;
    uint64_t clipped = 0;
    values[place] = NAN;
    require(table->quantize_floats(values, ROWS, &buckets, found, &clipped) == (int64_t)place, table->name,
            "the place of NaN", dimension);
    float *const made[] = {values, lowest, steps, highest};
    for (int i = 0; i < 4; i++) free(made[i]);
    free(expected);
    free(found);
}

static void compare_scans(void) {
    const struct vectorspool_scan_kernels *const *tables;
    const size_t count = vectorspool_scan_kernels_all(&tables);
    const size_t long_ones[] = {384, 768, 1031, 5000, 8191, 8192, 8193, 65535, 65536};
    for (size_t i = 1; i < count; i++) {
        size_t lengths = 0;
        for (size_t length = 1; length <= 65536; lengths++) {
            compare_codes(tables[0], tables[i], length);
            compare_floats(tables[0], tables[i], length);
            compare_quantized(tables[0], tables[i], length);
            if (length <= 8192) compare_signs(tables[0], tables[i], length);
            if (length <= 8192) compare_planes(tables[0], tables[i], length);
            length = length < 150 ? length + 1 : lengths - 149 < 9 ? long_ones[lengths - 149] : 65537;
        }
        if (i == 1) printf("digest %016llx\n", (unsigned long long)digest);
        printf("scan: %s equals scalar at %zu lengths\n", tables[i]->name, lengths);
    }
}

// --- Encoder ------------------------------------------------------------------------------------------------------------

static float largest_difference(const float *a, const float *b, size_t count) {
    float largest = 0;
    for (size_t i = 0; i < count; i++) {
        const float difference = fabsf(a[i] - b[i]);
        // A NaN fails every comparison.
        largest = difference <= largest ? largest : difference;
    }
    return largest;
}

static void compare_layers(
    const struct vectorspool_encoder_kernels *scalar, const struct vectorspool_encoder_kernels *table, size_t width) {
    enum { TOKENS = 5 };
    const size_t count = TOKENS * width;
    float *start = floats(count, -3, 3), *added = floats(count, -3, 3), *gain = floats(width, 0.5f, 1.5f);
    float *offset = floats(width, -1, 1), *expected = memory(4 * count), *found = memory(4 * count);
    uint16_t *typed = memory(2 * count), *typed_found = memory(2 * count);
    memcpy(expected, start, 4 * count);
    memcpy(found, start, 4 * count);
    scalar->gelu(expected, count, vectorspool_element_float32);
    table->gelu(found, count, vectorspool_element_float32);
    require(largest_difference(expected, found, count) <= 1e-6f, table->name, "gelu", width);
    memcpy(expected, start, 4 * count);
    memcpy(found, start, 4 * count);
    scalar->add_and_normalize(expected, added, gain, offset, 1e-12f, TOKENS, width, typed);
    table->add_and_normalize(found, added, gain, offset, 1e-12f, TOKENS, width, typed_found);
    require(largest_difference(expected, found, count) <= 1e-5f, table->name, "add_and_normalize", width);
    scalar->add_rows(expected, start, added, count);
    table->add_rows(found, start, added, count);
    require(memcmp(expected, found, 4 * count) == 0, table->name, "add_rows", width);
    scalar->accumulate_rows(expected, start, TOKENS, width);
    table->accumulate_rows(found, start, TOKENS, width);
    require(memcmp(expected, found, 4 * width) == 0, table->name, "accumulate_rows", width);
    float *const made[] = {start, added, gain, offset, expected, found};
    for (int i = 0; i < 6; i++) free(made[i]);
    free(typed);
    free(typed_found);
}

static void compare_coding(
    const struct vectorspool_encoder_kernels *scalar, const struct vectorspool_encoder_kernels *table, size_t width) {
    enum { TOKENS = 5 };
    const size_t count = TOKENS * width;
    float *values = floats(count, -3, 1), *scratch = memory(4 * width), *numbers[2] = {memory(4 * count), memory(4 * count)};
    float *scales = floats(width, 0.001f, 0.01f), *corrections = floats(width, -1, 1), *bias = floats(width, -0.5f, 0.5f);
    int32_t *sums = memory(4 * count);
    for (size_t i = 0; i < count; i++) sums[i] = (int32_t)between(-20000, 20000);
    struct vectorspool_coded_rows coded[2];
    const struct vectorspool_encoder_kernels *const tables[] = {scalar, table};
    for (int i = 0; i < 2; i++) {
        coded[i] = (struct vectorspool_coded_rows){
            .codes = memory(count), .steps = memory(4 * TOKENS), .minima = memory(4 * TOKENS)};
        tables[i]->code_rows(values, vectorspool_element_float32, scales, TOKENS, width, scratch, &coded[i]);
        const struct vectorspool_integer_product product = {
            .sums = sums, .rows = TOKENS, .columns = width, .source = coded[0], .scales = scales,
            .corrections = corrections, .bias = bias};
        tables[i]->finish_values(&product, numbers[i], vectorspool_element_float32);
    }
    require(largest_difference(coded[0].minima, coded[1].minima, TOKENS) <= 1e-6f, table->name, "minima", width);
    require(largest_difference(coded[0].steps, coded[1].steps, TOKENS) <= 1e-8f, table->name, "steps", width);
    // A code may differ where its value lies in the middle between two.
    for (size_t i = 0; i < count; i++)
        require(abs(coded[0].codes[i] - coded[1].codes[i]) <= 1, table->name, "code_rows", width);
    require(largest_difference(numbers[0], numbers[1], count) <= 1e-5f, table->name, "finish_values", width);
    float *const made[] = {values, scratch, numbers[0], numbers[1], scales, corrections, bias};
    for (int i = 0; i < 7; i++) free(made[i]);
    free(sums);
    for (int i = 0; i < 2; i++) {
        free(coded[i].codes);
        free(coded[i].steps);
        free(coded[i].minima);
    }
}

static void compare_attention(
    const struct vectorspool_encoder_kernels *scalar, const struct vectorspool_encoder_kernels *table, size_t tokens,
    size_t heads, size_t head_width) {
    const size_t count = tokens * heads * head_width;
    float *projected = floats(3 * count, -1.5f, 1.5f), *results[2] = {memory(4 * count), memory(4 * count)};
    const struct vectorspool_encoder_kernels *const tables[] = {scalar, table};
    for (int i = 0; i < 2; i++) {
        struct vectorspool_attention call = {
            .projected = projected, .result = results[i], .tokens = tokens, .heads = heads, .head_width = head_width,
            .element = vectorspool_element_float32,
            .scratch = memory(vectorspool_attention_scratch(tokens, head_width))};
        tables[i]->attention(&call);
        free(call.scratch);
    }
    require(largest_difference(results[0], results[1], count) <= 1e-5f, table->name, "attention", tokens);
    free(projected);
    free(results[0]);
    free(results[1]);
}

static void compare_encoders(void) {
    const struct vectorspool_encoder_kernels *const *tables;
    const size_t count = vectorspool_encoder_kernels_all(&tables);
    for (size_t i = 1; i < count; i++) {
        for (size_t width = 1; width < 70; width++) {
            compare_layers(tables[0], tables[i], width);
            compare_coding(tables[0], tables[i], width);
        }
        compare_layers(tables[0], tables[i], 384);
        compare_coding(tables[0], tables[i], 385);
        compare_attention(tables[0], tables[i], 1, 1, 8);
        compare_attention(tables[0], tables[i], 7, 2, 32);
        compare_attention(tables[0], tables[i], 33, 2, 20);
        compare_attention(tables[0], tables[i], 70, 1, 64);
        printf("encoder: %s is close to scalar\n", tables[i]->name);
    }
}

#include "twin_postings.h"

int main(int count, char **arguments) {
    seed = count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    state = seed;
    printf("seed %llu\n", (unsigned long long)seed);
    compare_scans();
    compare_encoders();
    compare_all_postings();
    return 0;
}
