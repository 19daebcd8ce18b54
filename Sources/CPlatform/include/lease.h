#pragma once

/// Takes a read lease on a descriptor opened read-only: granted only while no process has the file open for writing.
/// Returns 0, or -1 with errno set (EAGAIN: a writer has it open; EACCES: another user's file and no CAP_LEASE; EINVAL: not supported).
int vectorspool_lease_take(int descriptor);

/// The result of `vectorspool_lease_kind` while the lease still holds.
extern const int vectorspool_lease_for_reading;

/// The kind of the held lease, which changes once a process asks to write. Returns -1 with errno set.
int vectorspool_lease_kind(int descriptor);

/// Releases the lease. Returns 0, or -1 with errno set.
int vectorspool_lease_release(int descriptor);
