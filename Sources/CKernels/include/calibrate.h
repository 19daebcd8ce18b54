/// The extremes of each dimension over a stream of embeddings.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Returns the index of the first NaN or infinity in `values`, or -1 when there is none.
int64_t vectorspool_first_not_finite(const float *values, size_t count);

/// Takes `rows` rows of finite floats into `minima` and `maxima`, which hold one value per dimension.
///
/// Of two equal values (0 and -0) the later one is kept, as NumPy's `min` and `max` along axis 0 do, so that ranges are equal to
/// NumPy's in every bit.
void vectorspool_widen_extremes(const float *values, size_t rows, size_t dimension, float *minima, float *maxima);
