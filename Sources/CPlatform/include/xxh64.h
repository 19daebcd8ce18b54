#pragma once

#include <stddef.h>
#include <stdint.h>

/// The state of an XXH64 digest in the making; opaque, and a plain value so that Swift can hold and copy it.
struct vectorspool_xxh64 {
    uint64_t words[11];
};

/// Begins a digest with seed 0.
void vectorspool_xxh64_begin(struct vectorspool_xxh64 *state);

/// Takes in the next `count` bytes.
void vectorspool_xxh64_update(struct vectorspool_xxh64 *state, const void *bytes, size_t count);

/// The digest of all bytes so far; the state may go on.
uint64_t vectorspool_xxh64_digest(const struct vectorspool_xxh64 *state);

/// The digest of `count` bytes at once.
uint64_t vectorspool_xxh64(const void *bytes, size_t count);
