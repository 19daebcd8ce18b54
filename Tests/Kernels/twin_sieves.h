// Compares what queries find together, and exact scores, with their scalar twins; a part of twins.c.

// What two equal queries find, one of them with a number for each row.
static void compare_finding(
    const struct vectorspool_scan_kernels *table, const uint8_t *rows, const struct vectorspool_code_query *query,
    const struct outcome *scored) {
    uint32_t found[2][ROWS];
    float added[ROWS];
    int64_t low = 0, high = 0;
    for (size_t j = 0; j < query->dimension; j++) {
        low += query->low[j] > 0 ? query->low[j] : 0;
        high += abs(query->high[j]);
    }
    for (size_t r = 0; r < ROWS; r++) added[r] = between(0, 8);
    struct vectorspool_sieve sieve = {
        .query = *query, .most = 255 * (double)low * query->scale + query->offset,
        .reach = 255 * (double)high, .weight = 0.5, .floor = scored->scores[ROWS / 2], .is_active = 1};
    struct vectorspool_sieve sieves[2] = {sieve, sieve};
    sieves[1].added = added;
    for (size_t i = 0; i < 2; i++) sieves[i].found = found[i];
    table->find_codes(rows, ROWS, query->dimension, sieves, 2);
    for (size_t i = 0; i < 2; i++) {
        size_t next = 0;
        for (size_t r = 0; r < ROWS; r++) {
            const double score = scored->scores[r] + (i == 0 ? 0 : 0.5 * (double)added[r] - 1e-5);
            if (next < sieves[i].found_count && found[i][next] == r)
                next++;
            else
                require(score < sieve.floor, table->name, "finding codes", query->dimension);
        }
        require(next == sieves[i].found_count, table->name, "the order of what is found", query->dimension);
    }
}

// The scores of every second row by weights that are not rounded.
static void compare_exact_scores(
    const struct vectorspool_scan_kernels *scalar, const struct vectorspool_scan_kernels *table, const uint8_t *rows,
    const struct vectorspool_code_query *rounded) {
    double *weights = memory(rounded->dimension * sizeof(double));
    for (size_t j = 0; j < rounded->dimension; j++) weights[j] = (double)between(-1, 1);
    struct vectorspool_code_query query = *rounded;
    query.unrounded = weights;
    size_t offsets[ROWS / 2];
    for (size_t i = 0; i < ROWS / 2; i++) offsets[i] = 2 * i * query.dimension;
    struct outcome expected = {.scores = {0}}, found = {.scores = {0}};
    scalar->score_codes(rows, offsets, ROWS / 2, &query, expected.scores);
    table->score_codes(rows, offsets, ROWS / 2, &query, found.scores);
    require(are_same(&expected, &found), table->name, "exact scores of codes", query.dimension);
    free(weights);
}
