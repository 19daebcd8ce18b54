// Compares packing, gaps and scores of postings with plain C; a part of twins.c.

// What is packed is unpacked, gaps become rows, and scores are added, as plain C does it.
static void compare_postings(unsigned bits) {
    uint32_t numbers[VECTORSPOOL_POSTINGS], found[VECTORSPOOL_POSTINGS];
    uint8_t *packed = memory(16 * 32);
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i++) numbers[i] = bits == 0 ? 0 : next() >> (32 - bits);
    vectorspool_pack(numbers, bits, packed);
    vectorspool_unpack(packed, bits, 3, found);
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i++)
        require(found[i] == numbers[i] + 3, "postings", "unpacking", bits);
    int64_t row = (int64_t)(next() % 1000) - 1, first = row;
    memcpy(found, numbers, sizeof found);
    const int64_t last = vectorspool_rows_of_gaps(found, first);
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i++) {
        row += (int64_t)numbers[i] + 1;
        require(found[i] == (uint32_t)row, "postings", "rows of gaps", bits);
    }
    require(last == row, "postings", "the last row of gaps", bits);
    take(found, sizeof found);
    free(packed);
}

static void compare_term_scores(size_t count) {
    enum { LENGTHS = 400 };
    uint8_t *lengths = bytes(2 * LENGTHS);
    uint32_t rows[VECTORSPOOL_POSTINGS], counts[VECTORSPOOL_POSTINGS];
    const uint32_t lower = next() % 100, upper = lower + next() % 200;
    float sums[LENGTHS] = {0}, expected[LENGTHS] = {0};
    const struct vectorspool_term_score score = {between(0, 9), between(0.1f, 2), between(0, 0.1f)};
    for (size_t i = 0; i < count; i++) {
        rows[i] = (i == 0 ? 0 : rows[i - 1] + 1) + next() % 3;
        counts[i] = 1 + next() % 5;
        uint16_t length;
        memcpy(&length, lengths + 2 * rows[i], sizeof length);
        const float times = (float)counts[i];
        if (rows[i] >= lower && rows[i] < upper)
            expected[rows[i] - lower] +=
                score.weight * times / (times + score.fixed + score.slope * (float)length);
    }
    vectorspool_add_scores(rows, counts, count, lengths, &score, lower, upper, sums);
    require(memcmp(sums, expected, sizeof sums) == 0, "postings", "scores", count);
    free(lengths);
}

static void compare_all_postings(void) {
    for (int round = 0; round < 20; round++) {
        for (unsigned bits = 0; bits <= 32; bits++) compare_postings(bits);
        for (size_t count = 0; count <= VECTORSPOOL_POSTINGS; count++) compare_term_scores(count);
    }
    printf("postings: all is as in plain C\n");
}

