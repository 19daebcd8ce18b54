#pragma once

#include <stdint.h>

/// A number for the place in the program that calls, and for its callers: equal in every run of the same binary, whatever
/// address it is loaded at. For tests that name the places where a system call is made.
uint64_t vectorspool_call_site(void);
