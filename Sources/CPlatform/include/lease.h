#pragma once

/// Takes a read lease on a descriptor opened read-only: granted only while nobody has the file open for writing.
/// Returns 0, or -1 with errno set (EAGAIN: a writer has it open; EACCES: not our file and no CAP_LEASE; EINVAL: no leases here).
int vectorspool_lease_take(int descriptor);

/// Whether the lease taken is still whole: 1, or 0 once somebody has asked to write.
int vectorspool_lease_holds(int descriptor);

/// Gives the lease back.
void vectorspool_lease_release(int descriptor);
