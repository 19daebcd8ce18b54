// The vector loops for every processor: SSE2 and NEON registers, or whatever the compiler makes of four floats.
#define LANES 4
#define TABLE vectorspool_encoder_kernels_vector128
#define TABLE_NAME "vector128"
#include "encoder_kernels_vector.h"
