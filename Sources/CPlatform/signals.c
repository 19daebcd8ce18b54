#include "signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int has_come;

static void note(int number) {
    (void)number;
    atomic_store(&has_come, 1);
}

static atomic_int is_interrupted;

static void interrupt(int number) {
    (void)number;
    // A second one ends the process at once.
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    atomic_store(&is_interrupted, 1);
}

void vectorspool_interrupt_note(void) {
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
}

int vectorspool_interrupt_come(void) { return atomic_load(&is_interrupted); }

void vectorspool_hangup_note(void) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigaction(SIGHUP, &action, 0);
}

int vectorspool_hangup_taken(void) { return atomic_exchange(&has_come, 0); }

static const char *unreadable_message;
static int unreadable_code;

static void end_as_unreadable(int number) {
    (void)number;
    // Nothing else is safe here: the thread may hold any lock.
    if (write(STDERR_FILENO, unreadable_message, strlen(unreadable_message)) < 0) _exit(unreadable_code);
    _exit(unreadable_code);
}

void vectorspool_unreadable_note(const char *message, int code) {
    unreadable_message = message;
    unreadable_code = code;
    struct sigaction action = {.sa_handler = end_as_unreadable};
    sigaction(SIGBUS, &action, 0);
}
