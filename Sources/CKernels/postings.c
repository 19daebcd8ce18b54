#include "postings.h"

#include <string.h>

// Four lanes of a block; the compiler has instructions for them on every processor that we build for.
typedef uint32_t lanes __attribute__((vector_size(16)));

enum { LANES = 4, NUMBERS_PER_LANE = VECTORSPOOL_POSTINGS / LANES };

static lanes load(const uint8_t *bytes) {
    lanes words;
    memcpy(&words, bytes, sizeof words);
    return words;
}

static void store(uint8_t *bytes, lanes words) {
    memcpy(bytes, &words, sizeof words);
}

static lanes mask_of(unsigned bits) {
    const uint32_t mask = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
    return (lanes){mask, mask, mask, mask};
}

void vectorspool_pack(const uint32_t *numbers, unsigned bits, uint8_t *packed) {
    if (bits == 0) return;
    const lanes mask = mask_of(bits);
    lanes word = {0};
    unsigned used = 0;
    for (size_t i = 0; i < NUMBERS_PER_LANE; i++) {
        lanes next;
        memcpy(&next, numbers + LANES * i, sizeof next);
        next &= mask;
        word |= next << used;
        used += bits;
        if (used < 32) continue;
        store(packed, word);
        packed += sizeof word;
        used -= 32;
        // What did not fit; a shift by 32 is not defined.
        word = used == 0 ? (lanes){0} : next >> (bits - used);
    }
}

void vectorspool_unpack(const uint8_t *packed, unsigned bits, uint32_t least, uint32_t *numbers) {
    if (bits == 0) {
        for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i++) numbers[i] = least;
        return;
    }
    const lanes base = {least, least, least, least};
    const lanes mask = mask_of(bits);
    lanes word = load(packed);
    unsigned used = 0;
    for (size_t i = 0; i < NUMBERS_PER_LANE; i++) {
        lanes next = word >> used;
        used += bits;
        if (used > 32) {
            packed += sizeof word;
            word = load(packed);
            used -= 32;
            next |= word << (bits - used);
        } else if (used == 32 && i + 1 < NUMBERS_PER_LANE) {
            packed += sizeof word;
            word = load(packed);
            used = 0;
        }
        next = (next & mask) + base;
        memcpy(numbers + LANES * i, &next, sizeof next);
    }
}

int64_t vectorspool_rows_of_gaps(uint32_t *gaps, int64_t previous) {
    typedef uint64_t wide __attribute__((vector_size(32)));
    const lanes zero = {0};
    wide sums = {0};
    lanes before = zero + (uint32_t)previous;
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i += LANES) {
        lanes rows;
        memcpy(&rows, gaps + i, sizeof rows);
        sums += __builtin_convertvector(rows, wide);
        rows += 1;
        // Each lane gets the sum of the lanes up to it, in two steps.
        rows += __builtin_shufflevector(zero, rows, 3, 4, 5, 6);
        rows += __builtin_shufflevector(zero, rows, 2, 3, 4, 5);
        rows += before;
        before = __builtin_shufflevector(rows, rows, 3, 3, 3, 3);
        memcpy(gaps + i, &rows, sizeof rows);
    }
    return previous + (int64_t)(sums[0] + sums[1] + sums[2] + sums[3]) + VECTORSPOOL_POSTINGS;
}

static uint32_t length_of(const uint8_t *lengths, uint32_t row) {
    uint16_t length;
    memcpy(&length, lengths + 2 * (size_t)row, sizeof length);
    return length;
}

void vectorspool_add_scores(
    const uint32_t *rows, const uint32_t *counts, size_t count, const uint8_t *lengths,
    const struct vectorspool_term_score *score, uint32_t lower, uint32_t upper, float *sums) {
    const float weight = score->weight, fixed = score->fixed, slope = score->slope;
    size_t i = 0;
    while (i < count && rows[i] < lower) i++;
    for (; i < count && rows[i] < upper; i++) {
        const float times = (float)counts[i];
        sums[rows[i] - lower] += weight * times / (times + fixed + slope * (float)length_of(lengths, rows[i]));
    }
}

// So many rows are looked at by a few instructions, as hardly any of them is a candidate.
enum { STRIDE = 16 };

size_t vectorspool_next_candidate(
    const double *scores, const float *sums, double weight, double floor, size_t start, size_t count) {
    size_t i = start;
    while (i + STRIDE <= count) {
        int found = 0;
        for (size_t j = i; j < i + STRIDE; j++) {
            found |= (scores ? scores[j] : 0) + weight * (double)sums[j] >= floor;
        }
        if (found) break;
        i += STRIDE;
    }
    while (i < count && !((scores ? scores[i] : 0) + weight * (double)sums[i] >= floor)) i++;
    return i;
}
