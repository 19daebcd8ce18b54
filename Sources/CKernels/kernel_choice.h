#pragma once

// The value of VECTORSPOOL_KERNELS, which rules all families of loops; NULL when it is not set.
const char *vectorspool_kernels_word(void);

// Whether a word lets the table of this name run; without a word, or with one that is unknown, all may.
//
// The words are in the order of what the processor must have, least first: a family without a table of that name runs its
// best one before it.
int vectorspool_kernels_allow(const char *word, const char *name);
