#include "lease.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

static void ignore_lease_signals(void) { signal(SIGIO, SIG_IGN); }

int vectorspool_lease_take(int descriptor) {
    // When a writer arrives during the lease, the kernel sends SIGIO, whose default action ends the process.
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, ignore_lease_signals);
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

const int vectorspool_lease_for_reading = F_RDLCK;

int vectorspool_lease_kind(int descriptor) { return fcntl(descriptor, F_GETLEASE); }

int vectorspool_lease_release(int descriptor) { return fcntl(descriptor, F_SETLEASE, F_UNLCK); }
