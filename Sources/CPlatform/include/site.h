#pragma once

#include <stdint.h>

/// A number for the call site and its callers, equal in every run of the same binary at any load address.
/// It is for tests that identify the places that make a system call.
uint64_t vectorspool_call_site(void);
