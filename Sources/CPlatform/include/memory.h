#pragma once

/// Gives memory that was freed back to the system: malloc_trim(3), which Swift's Glibc does not have.
void vectorspool_memory_return(void);
