#pragma once

/// Names the calling thread as ps, top and gdb show it; Linux keeps the first 15 bytes.
void vectorspool_thread_name(const char *name);

/// The processors that this process may run on, according to its affinity mask; at least 1.
int vectorspool_usable_processors(void);

// Lets all others use the processors and the disk before the calling thread.
void vectorspool_thread_gives_way(void);
