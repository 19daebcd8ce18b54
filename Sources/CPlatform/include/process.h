#pragma once

/// The path that execve(2) was called with, links in it unresolved; NULL where the kernel does not say.
const char *vectorspool_execution_path(void);
