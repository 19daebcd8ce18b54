#include "memory.h"

#include <malloc.h>

void vectorspool_memory_return(void) { malloc_trim(0); }
