// Vectors of LANES floats and what the loops do with them, in Clang's vector types: one text for every instruction set.
//
// The including file sets LANES, and HAS_FUSED and HAS_BFLOAT16 where its target has the instructions, because the macros of
// the compiler (__FMA__ and so on) know nothing of a target that a pragma switches on. So there is no
// include guard: it is compiled anew for each.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef float vector __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t vector_int __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint32_t vector_uint __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint16_t vector_half __attribute__((vector_size(2 * LANES), aligned(2)));

#define INLINE static inline __attribute__((always_inline))

// Not 0 + value, which would stay an addition: it changes -0.
INLINE vector splat(float value) { return value - (vector){0}; }
INLINE vector load(const float *from) { return *(const vector *)from; }
INLINE void store(float *to, vector value) { *(vector *)to = value; }
// Without the instruction a true fused multiply-add would be a library call for each lane.
INLINE vector fused(vector a, vector b, vector c) {
#if defined(HAS_FUSED) || defined(__ARM_FEATURE_FMA)
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}
INLINE vector larger(vector a, vector b) {
    // What the processors' own instruction does; the builtin would also mind numbers that are none.
    vector_int mask = a > b;
    return (vector)((mask & (vector_int)a) | (~mask & (vector_int)b));
}
INLINE vector smaller(vector a, vector b) {
    vector_int mask = a < b;
    return (vector)((mask & (vector_int)a) | (~mask & (vector_int)b));
}

#if LANES == 16
#define EACH_LANE(index, k)                                                                                               \
    index(0, k), index(1, k), index(2, k), index(3, k), index(4, k), index(5, k), index(6, k), index(7, k), index(8, k), \
        index(9, k), index(10, k), index(11, k), index(12, k), index(13, k), index(14, k), index(15, k)
#elif LANES == 8
#define EACH_LANE(index, k) \
    index(0, k), index(1, k), index(2, k), index(3, k), index(4, k), index(5, k), index(6, k), index(7, k)
#else
#define EACH_LANE(index, k) index(0, k), index(1, k), index(2, k), index(3, k)
#endif
#define ROTATED(lane, k) (((lane) + (k)) % LANES)
#define ZIPPED(lane, k) ((k) + (lane) / 2 + (lane) % 2 * LANES)
#define SHUFFLE(a, b, index, k) __builtin_shufflevector(a, b, EACH_LANE(index, k))

INLINE float sum_of(vector value) {
#if LANES == 16
    value += SHUFFLE(value, value, ROTATED, 8);
#endif
#if LANES >= 8
    value += SHUFFLE(value, value, ROTATED, 4);
#endif
    value += SHUFFLE(value, value, ROTATED, 2);
    value += SHUFFLE(value, value, ROTATED, 1);
    return value[0];
}

INLINE float largest_of(vector value) {
#if LANES == 16
    value = larger(value, SHUFFLE(value, value, ROTATED, 8));
#endif
#if LANES >= 8
    value = larger(value, SHUFFLE(value, value, ROTATED, 4));
#endif
    value = larger(value, SHUFFLE(value, value, ROTATED, 2));
    return larger(value, SHUFFLE(value, value, ROTATED, 1))[0];
}

// rows[i] lane j becomes rows[j] lane i: each round of interleaving turns the bits of the two indexes by one.
INLINE void transpose(vector rows[LANES]) {
    for (int round = 1; round < LANES; round *= 2) {
        vector turned[LANES];
        for (int i = 0; i < LANES / 2; i++) {
            turned[2 * i] = SHUFFLE(rows[i], rows[i + LANES / 2], ZIPPED, 0);
            turned[2 * i + 1] = SHUFFLE(rows[i], rows[i + LANES / 2], ZIPPED, LANES / 2);
        }
        for (int i = 0; i < LANES; i++) rows[i] = turned[i];
    }
}

INLINE vector widen(vector_half value) {
    return (vector)(__builtin_convertvector(value, vector_uint) << 16);
}

// Round to nearest, ties to even.
INLINE vector_half narrow(vector value) {
#if defined(HAS_BFLOAT16)
    return (vector_half)_mm512_cvtneps_pbh((__m512)value);
#else
    vector_uint bits = (vector_uint)value;
    return __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, vector_half);
#endif
}

INLINE uint16_t narrow_one(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// 2^f for |f| <= 0.5 by a polynomial (least maximum error, found by reweighted Chebyshev fits), and 2^x = 2^n * 2^f for
// x <= 0 with n = round(x): n is added to the exponent of 2^f. Below -120 it is 2^-120, which is as good as nothing.
INLINE vector power_of_two(vector x, const float coefficients[], int degree) {
    x = larger(x, splat(-120.0f));
    // Adding 1.5 * 2^23 leaves n in the last bits of the sum, rounded, on every processor.
    vector shifted = x + 12582912.0f;
    vector f = x - (shifted - 12582912.0f);
    vector p = splat(coefficients[0]);
    for (int i = 1; i <= degree; i++) p = fused(p, f, splat(coefficients[i]));
    return (vector)((vector_int)p + ((vector_int)shifted << 23));
}
