#pragma once

/// The path of the execve(2) call, with its links unresolved; NULL where the kernel does not say.
const char *vectorspool_execution_path(void);
