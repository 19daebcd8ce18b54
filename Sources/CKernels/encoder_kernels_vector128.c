// The vector loops for every processor: SSE2 and NEON registers, or whatever the compiler makes of four floats.
#define LANES 4
#define TABLE vectorspool_encoder_kernels_vector128
#if defined(__aarch64__)
#define TABLE_NAME "neon"
#else
#define TABLE_NAME "vector128"
#endif
#include "encoder_kernels_vector.h"
