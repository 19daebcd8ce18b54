#include "signals.h"

#include <signal.h>
#include <stdatomic.h>

static atomic_int has_come;

static void note(int number) {
    (void)number;
    atomic_store(&has_come, 1);
}

void vectorspool_hangup_note(void) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigaction(SIGHUP, &action, 0);
}

int vectorspool_hangup_taken(void) { return atomic_exchange(&has_come, 0); }
