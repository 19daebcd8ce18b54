/// The loops over the rows of an index: floats to codes, and codes to scores.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// How floats become codes: one value per dimension in each array.
///
/// A code is `floor((value - start) / step)` clipped to 0...255, byte for byte as sentence-transformers 6.2 `quantize_embeddings`
/// makes it: a subtraction and a true division in the type of the value, never a multiplication by the reciprocal and never a fused
/// multiply-add, since either changes codes at bucket edges.
struct vectorspool_buckets {
    size_t dimension;
    /// Where bucket 0 begins.
    const float *starts;
    /// The width of a bucket, never 0.
    const float *steps;
    /// Values under `lowest` or over `highest` are counted as clipped.
    const float *lowest;
    const float *highest;
    /// XORed into every code: 0 for uint8 and 0x80 for int8, whose codes are 128 lower.
    uint8_t flip;
};

/// A query of integer weights between -16,319 and 16,319 for rows of int8 or uint8 codes, in the two forms that the loops read.
///
/// The sum of a row is `sum of (code ^ flip) * weight`, exact in 64 bits for up to 65,536 dimensions; its score is
/// `sum * scale + offset`. All arrays are padded with zeros to a multiple of 64.
///
/// Where the weights are rounded numbers, `unrounded` has these numbers times the scale, and the exact score of a row is
/// `sum of (code ^ flip) * unrounded + offset` in double precision, added up in the same order on every processor.
struct vectorspool_code_query {
    size_t dimension;
    /// 0 for uint8 codes; 0x80 makes int8 codes unsigned (128 higher), as the multiply of unsigned by signed bytes needs.
    uint8_t flip;
    const int16_t *weights;
    /// The same weights as two signed bytes each, `weight = 128 * high + low`: at 15 bits a query loses hardly anything,
    /// and reading the codes from memory takes longer than both multiplications.
    const int8_t *high;
    const int8_t *low;
    double scale;
    double offset;
    /// NULL where the weights are exact.
    const double *unrounded;
};

/// A query of one integer weight per bit, between -16,319 and 16,319, for rows of sign bits (binary and ubinary).
///
/// The sum of a row is the sum of the weights of its set bits; its score is `sum * scale + offset`. A weight stands where
/// the loops meet its bit: entry `8 * byte + b` belongs to the bit of value `1 << b`. Arrays are padded with zeros to a multiple
/// of 64.
struct vectorspool_sign_query {
    size_t bytes;
    const int16_t *weights;
    /// `weight = 128 * high + low`.
    const int8_t *high;
    const int8_t *low;
    double scale;
    double offset;
};

/// A query of four bits per bit, small numbers between -8 and 7, for rows of sign bits.
///
/// The sum of a row is that of the numbers of its set bits; its score is `sum * scale + offset`. The numbers are in two's complement,
/// a plane for each of their bits: plane `k` begins at `planes + k * 4 * bytes` and repeats its `bytes` bytes four times, so that it
/// lies beside four rows. A row's sum is the difference of bits counted in plane and row.
struct vectorspool_plane_query {
    size_t bytes;
    const uint8_t *planes;
    double scale;
    double offset;
};

/// A query that looks, together with others, for the rows whose score reaches a floor; other rows of a scan need no exact score.
///
/// The score of a row is here its exact score and `weight * added[row]`, without the last part when `added` is NULL.
struct vectorspool_sieve {
    struct vectorspool_code_query query;
    /// No row's exact score is higher than `sum * scale + offset` by more than this.
    double slack;
    /// No row has a higher score than `128 * scale * sum of (code ^ flip) * high + most`, without what is added.
    double most;
    /// The largest distance from 0 that this sum can have.
    double reach;
    const float *added;
    double weight;
    double floor;
    /// 0 for a query that does not look for anything now.
    int is_active;
    /// The rows found, in order, with room for all.
    uint32_t *found;
    size_t found_count;
};

/// The loops over rows; one table for each instruction set, all with the same results, bit for bit.
///
/// A scan scores `count` contiguous rows into `scores` and returns the largest score, -infinity for no row.
struct vectorspool_scan_kernels {
    /// "scalar", "avx2", "avx512", "neon".
    const char *name;

    /// Scores rows of int8 or uint8 codes.
    double (*scan_codes)(
        const uint8_t *rows, size_t count, const struct vectorspool_code_query *query, double *scores);

    /// Finds for each of `sieve_count` queries the rows of `dimension` codes that reach its floor, and perhaps some that do not.
    ///
    /// Half of the weights decide about nearly all rows, which takes half as long as a score, and a few rows at a time are read for
    /// all queries, so that they come from the first-level cache.
    void (*find_codes)(
        const uint8_t *rows, size_t count, size_t dimension, struct vectorspool_sieve *sieves, size_t sieve_count);

    /// Scores rows of sign bits by the weights of those that are set.
    double (*scan_signs)(
        const uint8_t *rows, size_t count, const struct vectorspool_sign_query *query, double *scores);

    /// Scores rows of sign bits by the small numbers of those that are set.
    double (*scan_planes)(
        const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double *scores);

    /// Finds the rows whose score by these numbers is at least `floor`, in order, with their scores; returns how many.
    size_t (*find_planes)(
        const uint8_t *rows, size_t count, const struct vectorspool_plane_query *query, double floor, uint32_t *found,
        double *scores);

    /// Writes the exact scores of rows of int8 or uint8 codes that begin at `offsets` in `bytes`; the next ones are fetched ahead.
    void (*score_codes)(
        const uint8_t *bytes, const size_t *offsets, size_t count, const struct vectorspool_code_query *query,
        double *scores);

    /// Scores rows of `bytes` bytes of sign bits by minus their Hamming distance to `query`.
    double (*scan_hamming)(
        const uint8_t *rows, size_t count, size_t bytes, const uint8_t *query, double *scores);

    /// Scores rows of little-endian floats by their dot product with `query`.
    ///
    /// Every table adds in the same order (16 partial sums, then pairs of them) without fused multiply-adds, so that a search ranks
    /// the same rows in the same order on every processor. A score that is not a number (infinite rows) is written as -infinity.
    double (*scan_floats)(
        const uint8_t *rows, size_t count, size_t dimension, const float *query, double *scores);

    /// Quantizes rows of floats; adds the values outside `lowest...highest` to `*clipped`.
    ///
    /// Returns the index of the first NaN in `values` (row-major), after which the codes mean nothing, or -1.
    int64_t (*quantize_floats)(
        const float *values, size_t rows, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped);
};

/// The best table for this processor; the environment variable VECTORSPOOL_KERNELS names a lesser one.
const struct vectorspool_scan_kernels *vectorspool_scan_kernels_best(void);

/// The best table for this processor that a word for VECTORSPOOL_KERNELS allows; NULL and unknown words allow all.
const struct vectorspool_scan_kernels *vectorspool_scan_kernels_for(const char *word);

/// The tables that this processor can run, scalar first; returns how many there are.
size_t vectorspool_scan_kernels_all(const struct vectorspool_scan_kernels *const **tables);
