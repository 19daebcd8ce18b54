#include "lease.h"

#include <fcntl.h>
#include <signal.h>

int vectorspool_lease_take(int descriptor) {
    // A writer that comes while the lease is held makes the kernel send SIGIO, whose default action ends the process.
    signal(SIGIO, SIG_IGN);
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

int vectorspool_lease_holds(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_RDLCK; }

void vectorspool_lease_release(int descriptor) { fcntl(descriptor, F_SETLEASE, F_UNLCK); }
