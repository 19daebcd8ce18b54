#include "xxh64.h"

#include <string.h>

// All of xxHash as static functions, so the build needs only its header.
#define XXH_INLINE_ALL
#define XXH_NO_XXH3
#include <xxhash.h>

_Static_assert(sizeof(XXH64_state_t) == sizeof(struct vectorspool_xxh64), "xxHash's state has another size");

void vectorspool_xxh64_begin(struct vectorspool_xxh64 *state) {
    XXH64_state_t inner;
    memset(&inner, 0, sizeof inner);
    XXH64_reset(&inner, 0);
    memcpy(state, &inner, sizeof inner);
}

void vectorspool_xxh64_update(struct vectorspool_xxh64 *state, const void *bytes, size_t count) {
    if (count == 0) return;
    // Copied instead of cast, because the types must not alias and copying 88 bytes costs nothing.
    XXH64_state_t inner;
    memcpy(&inner, state, sizeof inner);
    XXH64_update(&inner, bytes, count);
    memcpy(state, &inner, sizeof inner);
}

uint64_t vectorspool_xxh64_digest(const struct vectorspool_xxh64 *state) {
    XXH64_state_t inner;
    memcpy(&inner, state, sizeof inner);
    return XXH64_digest(&inner);
}

uint64_t vectorspool_xxh64(const void *bytes, size_t count) {
    return XXH64(bytes, count, 0);
}
