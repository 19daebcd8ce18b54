#pragma once

/// The path of the execve(2) call, with its links unresolved; NULL where the kernel does not say.
const char *vectorspool_execution_path(void);

/// A descriptor that refers to one process for good, even when its number is given to another later: pidfd_open(2).
/// Returns -1 with errno set; ENOSYS on Linux before 5.3.
int vectorspool_process_open(int number);

/// Sends a signal to the process behind such a descriptor. Returns 0, or -1 with errno set.
int vectorspool_process_signal(int process, int signal);
