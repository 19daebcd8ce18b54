#pragma once

/// Takes a read lease on a descriptor opened read-only: granted only while nobody has the file open for writing.
/// Returns 0, or -1 with errno set (EAGAIN: a writer has it open; EACCES: not our file and no CAP_LEASE; EINVAL: no leases here).
int vectorspool_lease_take(int descriptor);

/// What `vectorspool_lease_kind` returns while the lease taken is still whole.
extern const int vectorspool_lease_for_reading;

/// The kind of lease that is held, which is another one once somebody has asked to write. Returns -1 with errno set.
int vectorspool_lease_kind(int descriptor);

/// Gives the lease back. Returns 0, or -1 with errno set.
int vectorspool_lease_release(int descriptor);
