// The scan loops for NEON, which every 64-bit Arm has.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "scan_kernels_common.h"
#define LANES 4
#include "scan_floats_vector.h"

INLINE int64_t code_sum(const uint8_t *row, const struct vectorspool_code_query *query) {
    const uint8x16_t flip = vdupq_n_u8(query->flip);
    const size_t whole = query->dimension - query->dimension % 16;
    int64_t sum = 0;
    // A step adds at most 255 * 16,319 to a lane: 512 steps of 16 codes stay within an int32.
    for (size_t from = 0; from < whole; from += 8192) {
        const size_t to = from + 8192 < whole ? from + 8192 : whole;
        int32x4_t lanes[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
        for (size_t j = from; j < to; j += 16) {
            const uint8x16_t codes = veorq_u8(vld1q_u8(row + j), flip);
            const int16x8_t first = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(codes)));
            const int16x8_t second = vreinterpretq_s16_u16(vmovl_high_u8(codes));
            const int16x8_t weights = vld1q_s16(query->weights + j), next = vld1q_s16(query->weights + j + 8);
            lanes[0] = vmlal_s16(lanes[0], vget_low_s16(first), vget_low_s16(weights));
            lanes[1] = vmlal_high_s16(lanes[1], first, weights);
            lanes[2] = vmlal_s16(lanes[2], vget_low_s16(second), vget_low_s16(next));
            lanes[3] = vmlal_high_s16(lanes[3], second, next);
        }
        for (int i = 0; i < 4; i++) sum += vaddlvq_s32(lanes[i]);
    }
    return sum + code_sum_from(whole, row, query);
}

INLINE int64_t sign_sum(const uint8_t *row, size_t bytes, const struct vectorspool_sign_query *query) {
    static const uint16_t bit_of_lane[] = {1, 2, 4, 8, 16, 32, 64, 128};
    const uint16x8_t bit = vld1q_u16(bit_of_lane);
    const size_t whole = bytes - bytes % 2;
    int32x4_t even = vdupq_n_s32(0), odd = vdupq_n_s32(0);
    for (size_t i = 0; i < whole; i += 2) {
        // All ones where the bit of a weight is set. A byte adds two weights to a lane, far fewer than an int32 holds.
        const int16x8_t first = vreinterpretq_s16_u16(vtstq_u16(vdupq_n_u16(row[i]), bit));
        const int16x8_t second = vreinterpretq_s16_u16(vtstq_u16(vdupq_n_u16(row[i + 1]), bit));
        even = vpadalq_s16(even, vandq_s16(first, vld1q_s16(query->weights + 8 * i)));
        odd = vpadalq_s16(odd, vandq_s16(second, vld1q_s16(query->weights + 8 * i + 8)));
    }
    return vaddlvq_s32(even) + vaddlvq_s32(odd) + sign_sum_from(whole, row, bytes, query);
}

INLINE int64_t distance(const uint8_t *row, size_t bytes, const uint8_t *query) {
    const size_t whole = bytes - bytes % 16;
    uint32x4_t counts = vdupq_n_u32(0);
    for (size_t i = 0; i < whole; i += 16) {
        const uint8x16_t bits = vcntq_u8(veorq_u8(vld1q_u8(query + i), vld1q_u8(row + i)));
        counts = vpadalq_u16(counts, vpaddlq_u8(bits));
    }
    return (int64_t)vaddlvq_u32(counts) + distance_from(whole, row, bytes, query);
}

// Codes of four values as 32-bit numbers. NaN (infinity over infinity) is 0, as in the scalar twin.
INLINE uint32x4_t buckets_of(float32x4_t value, const struct vectorspool_buckets *buckets, size_t j) {
    const float32x4_t bucket =
        vdivq_f32(vsubq_f32(value, vld1q_f32(buckets->starts + j)), vld1q_f32(buckets->steps + j));
    return vcvtq_u32_f32(vminq_f32(vmaxnmq_f32(bucket, vdupq_n_f32(0)), vdupq_n_f32(255)));
}

// All ones where a value is clipped.
INLINE uint32x4_t outside(float32x4_t value, const struct vectorspool_buckets *buckets, size_t j) {
    return vorrq_u32(
        vcltq_f32(value, vld1q_f32(buckets->lowest + j)), vcgtq_f32(value, vld1q_f32(buckets->highest + j)));
}

INLINE int64_t quantize_row(
    const float *row, const struct vectorspool_buckets *buckets, uint8_t *codes, uint64_t *clipped) {
    const uint8x8_t flip = vdup_n_u8(buckets->flip);
    uint32x4_t count = vdupq_n_u32(0);
    size_t j = 0;
    for (; j + 8 <= buckets->dimension; j += 8) {
        const float32x4_t first = vld1q_f32(row + j), second = vld1q_f32(row + j + 4);
        // The scalar loop says which of the eight is NaN.
        if (vminvq_u32(vandq_u32(vceqq_f32(first, first), vceqq_f32(second, second))) == 0) break;
        const uint16x8_t words = vcombine_u16(
            vmovn_u32(buckets_of(first, buckets, j)), vmovn_u32(buckets_of(second, buckets, j + 4)));
        vst1_u8(codes + j, veor_u8(vmovn_u16(words), flip));
        count = vsubq_u32(count, outside(first, buckets, j));
        count = vsubq_u32(count, outside(second, buckets, j + 4));
    }
    *clipped += vaddlvq_u32(count);
    return quantize_from(j, row, buckets, codes, clipped);
}

#define TABLE vectorspool_scan_kernels_neon
#define TABLE_NAME "neon"
#include "scan_kernels_rows.h"
#endif
