#pragma once

/// Returns freed memory to the system: malloc_trim(3), which Swift's Glibc lacks.
void vectorspool_memory_return(void);
