#include "postings.h"

#include <string.h>

// Every processor finds the same candidates, so nothing is fused.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// What the compiler can do with wider vectors where the processor has them.
#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

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

// With a number of bits that the compiler knows, all shifts and branches are decided when it compiles.
INLINE void unpack(const uint8_t *packed, unsigned bits, uint32_t least, uint32_t *numbers) {
    const lanes base = {least, least, least, least};
    const lanes mask = mask_of(bits);
    lanes word = load(packed);
    unsigned used = 0;
#pragma clang loop unroll(full)
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

#define UNPACK(BITS)                              \
    case BITS:                                    \
        unpack(packed, BITS, least, numbers);     \
        break;
#define UNPACK_FOUR(BITS) UNPACK(BITS) UNPACK(BITS + 1) UNPACK(BITS + 2) UNPACK(BITS + 3)

void vectorspool_unpack(const uint8_t *packed, unsigned bits, uint32_t least, uint32_t *numbers) {
    switch (bits) {
    case 0:
        for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i++) numbers[i] = least;
        break;
        // Counts have hardly ever more than 4 bits, gaps hardly ever more than 16.
        UNPACK_FOUR(1)
        UNPACK_FOUR(5)
        UNPACK_FOUR(9)
        UNPACK_FOUR(13)
    default:
        unpack(packed, bits, least, numbers);
    }
}

int64_t vectorspool_rows_of_gaps(uint32_t *gaps, int64_t previous) {
    const lanes zero = {0};
    lanes before = zero + (uint32_t)previous, all = zero;
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; i += LANES) {
        lanes rows;
        memcpy(&rows, gaps + i, sizeof rows);
        all |= rows;
        rows += 1;
        // Each lane gets the sum of the lanes up to it, in two steps; only the last addition waits for the four before.
        rows += __builtin_shufflevector(zero, rows, 3, 4, 5, 6);
        rows += __builtin_shufflevector(zero, rows, 2, 3, 4, 5);
        const lanes sum = __builtin_shufflevector(rows, rows, 3, 3, 3, 3);
        rows += before;
        before += sum;
        memcpy(gaps + i, &rows, sizeof rows);
    }
    // 128 gaps below 2^24 add up to less than 2^31, so nothing has wrapped around.
    if ((all[0] | all[1] | all[2] | all[3]) < 1u << 24) return previous + (int64_t)(before[0] - (uint32_t)previous);
    int64_t last = previous;
    uint32_t row = (uint32_t)previous;
    for (size_t i = 0; i < VECTORSPOOL_POSTINGS; row = gaps[i], i++) last += (int64_t)(gaps[i] - row - 1) + 1;
    return last;
}

INLINE uint32_t length_of(const uint8_t *lengths, uint32_t row) {
    uint16_t length;
    memcpy(&length, lengths + 2 * (size_t)row, sizeof length);
    return length;
}

CLONES void vectorspool_add_scores(
    const uint32_t *rows, const uint32_t *counts, size_t count, const uint8_t *lengths,
    const struct vectorspool_term_score *score, uint32_t lower, uint32_t upper, float *sums) {
    const float weight = score->weight, fixed = score->fixed, slope = score->slope;
    size_t first = 0, end = count;
    while (first < end && rows[first] < lower) first++;
    while (first < end && rows[end - 1] >= upper) end--;
    // Many divisions side by side, then the additions, of which each may be to any row.
    float scores[VECTORSPOOL_POSTINGS];
    while (first < end) {
        const size_t step = end - first < VECTORSPOOL_POSTINGS ? end - first : VECTORSPOOL_POSTINGS;
        for (size_t i = 0; i < step; i++) {
            const float times = (float)counts[first + i];
            scores[i] = weight * times / (times + fixed + slope * (float)length_of(lengths, rows[first + i]));
        }
        for (size_t i = 0; i < step; i++) sums[rows[first + i] - lower] += scores[i];
        first += step;
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
