#pragma once

#include <stddef.h>
#include <stdint.h>

/// The state of an unfinished XXH64 digest, an opaque plain value that Swift can store and copy.
struct vectorspool_xxh64 {
    uint64_t words[11];
};

/// Begins a digest with seed 0.
void vectorspool_xxh64_begin(struct vectorspool_xxh64 *state);

/// Adds the next `count` bytes.
void vectorspool_xxh64_update(struct vectorspool_xxh64 *state, const void *bytes, size_t count);

/// The digest of all bytes so far; more bytes may follow.
uint64_t vectorspool_xxh64_digest(const struct vectorspool_xxh64 *state);

/// The digest of `count` bytes at once.
uint64_t vectorspool_xxh64(const void *bytes, size_t count);
