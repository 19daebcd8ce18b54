// The loops over rows and the table, written once and compiled for each instruction set.
//
// The including file sets TABLE and TABLE_NAME, switches the target on and defines what is done with a row: code_sum, sign_sum,
// distance, dot and quantize_row. So there is no include guard. `restrict` lets the compiler keep the query in registers from
// row to row.

static double scan_codes(
    const uint8_t *rows, size_t count, const struct vectorspool_code_query *query, double *restrict scores) {
    double largest = -INFINITY;
    size_t r = 0;
#ifdef FOUR_ROWS
    // 384 dimensions are the default model's: in a loop of known length the query stays in registers.
    if (query->dimension == 384)
        r = scan_four_rows(384, rows, count, query, scores, &largest);
    else if (query->dimension % 64 == 0 && query->dimension <= 512)
        r = scan_four_rows(query->dimension, rows, count, query, scores, &largest);
#endif
    for (; r < count; r++) {
        scores[r] = (double)code_sum(rows + r * query->dimension, query) * query->scale + query->offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}

INLINE void find_codes_of(
    const uint8_t *rows, size_t first, size_t count, struct vectorspool_sieve *sieve, int is_read_once) {
    (void)is_read_once;
    const size_t dimension = sieve->query.dimension;
    size_t r = first;
#ifdef FOUR_ROWS
    if (dimension == 384)
        r = find_sixteen_rows(384, rows, first, count, sieve, is_read_once);
    else if (dimension % 64 == 0 && dimension <= 512)
        r = find_sixteen_rows(dimension, rows, first, count, sieve, is_read_once);
#endif
    for (; r < count; r++) {
        double score = (double)code_sum(rows + r * dimension, &sieve->query) * sieve->query.scale + sieve->query.offset;
        if (sieve->added) score += sieve->weight * (double)sieve->added[r];
        if (score + sieve->slack >= sieve->floor) sieve->found[sieve->found_count++] = (uint32_t)r;
    }
}

static void find_codes(
    const uint8_t *rows, size_t count, size_t dimension, struct vectorspool_sieve *sieves, size_t sieve_count) {
    // Half of a first-level cache of 48 KiB; the weights of the queries have the rest.
    enum { TILE_BYTES = 24576, STEP = 16 };
    for (size_t i = 0; i < sieve_count; i++) sieves[i].found_count = 0;
    const size_t fitting = TILE_BYTES / dimension / STEP * STEP;
    const size_t tile = fitting < STEP ? STEP : fitting;
    if (sieve_count == 1) {
        // Apart from the other case, so that the compiler makes a loop of each.
        if (sieves[0].is_active) find_codes_of(rows, 0, count, &sieves[0], 1);
        return;
    }
    for (size_t first = 0; first < count; first += tile) {
        const size_t end = count - first < tile ? count : first + tile;
        for (size_t i = 0; i < sieve_count; i++)
            if (sieves[i].is_active) find_codes_of(rows, first, end, &sieves[i], 0);
    }
}

INLINE double scan_signs_of(
    size_t bytes, const uint8_t *rows, size_t count, const struct vectorspool_sign_query *query,
    double *restrict scores) {
    double largest = -INFINITY;
    size_t r = 0;
#ifdef FOUR_ROWS
    if (bytes % 8 == 0 && bytes <= 64) r = scan_four_sign_rows(bytes, rows, count, query, scores, &largest);
#endif
    for (; r < count; r++) {
        scores[r] = (double)sign_sum(rows + r * bytes, bytes, query) * query->scale + query->offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}

// 48 bytes, 384 dimensions, are the default model's: a loop of known length is twice as fast.
static double scan_signs(
    const uint8_t *rows, size_t count, const struct vectorspool_sign_query *query, double *restrict scores) {
    return query->bytes == 48 ? scan_signs_of(48, rows, count, query, scores)
                              : scan_signs_of(query->bytes, rows, count, query, scores);
}

static double scan_planes(
    const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double *restrict scores) {
    double largest = -INFINITY;
    size_t r = 0;
#ifdef FOUR_ROWS
    if (query->bytes == 48) r = scan_eight_plane_rows(rows, count, query, scores, &largest);
#endif
    for (; r < count; r++) {
        scores[r] = (double)plane_sum(rows + r * query->bytes, query) * query->scale + query->offset;
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}

static size_t find_planes(
    const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double floor, uint32_t *restrict found,
    double *restrict scores) {
    size_t r = 0, found_count = 0;
#ifdef FOUR_ROWS
    if (query->bytes == 48) r = find_eight_plane_rows(rows, count, query, floor, found, scores, &found_count);
#endif
    for (; r < count; r++) {
        const double score = (double)plane_sum(rows + r * query->bytes, query) * query->scale + query->offset;
        if (score < floor) continue;
        found[found_count] = (uint32_t)r;
        scores[found_count++] = score;
    }
    return found_count;
}

static void score_codes(
    const uint8_t *bytes, const size_t *offsets, size_t count, const struct vectorspool_code_query *query,
    double *restrict scores) {
    // A row takes as long to arrive as eight to be scored.
    enum { AHEAD = 8, LINE = 64 };
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const uint8_t *next = bytes + offsets[i + AHEAD];
            for (size_t j = 0; j < query->dimension; j += LINE) __builtin_prefetch(next + j);
            __builtin_prefetch(next + query->dimension - 1);
        }
        const uint8_t *row = bytes + offsets[i];
        scores[i] = query->unrounded ? unrounded_sum(row, query) + query->offset
                                     : (double)code_sum(row, query) * query->scale + query->offset;
    }
}

INLINE double scan_hamming_of(
    size_t bytes, const uint8_t *rows, size_t count, const uint8_t *query, double *restrict scores) {
    int64_t nearest = INT64_MAX;
    for (size_t r = 0; r < count; r++) {
        const int64_t away = distance(rows + r * bytes, bytes, query);
        scores[r] = (double)-away;
        nearest = away < nearest ? away : nearest;
    }
    return count == 0 ? -INFINITY : (double)-nearest;
}

static double scan_hamming(
    const uint8_t *rows, size_t count, size_t bytes, const uint8_t *query, double *restrict scores) {
    return bytes == 48 ? scan_hamming_of(48, rows, count, query, scores)
                       : scan_hamming_of(bytes, rows, count, query, scores);
}

static double scan_floats(
    const uint8_t *rows, size_t count, size_t dimension, const float *query, double *restrict scores) {
    double largest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        scores[r] = dot(rows + r * dimension * sizeof(float), dimension, query);
        largest = scores[r] > largest ? scores[r] : largest;
    }
    return largest;
}

static int64_t quantize_floats(
    const float *values, size_t rows, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    for (size_t r = 0; r < rows; r++) {
        const size_t offset = r * buckets->dimension;
        const int64_t nan = quantize_row(values + offset, buckets, codes + offset, clipped);
        if (nan >= 0) return (int64_t)offset + nan;
    }
    return -1;
}

const struct vectorspool_scan_kernels TABLE = {
    .name = TABLE_NAME,
    .scan_codes = scan_codes,
    .find_codes = find_codes,
    .scan_signs = scan_signs,
    .scan_planes = scan_planes,
    .find_planes = find_planes,
    .score_codes = score_codes,
    .scan_hamming = scan_hamming,
    .scan_floats = scan_floats,
    .quantize_floats = quantize_floats,
};
