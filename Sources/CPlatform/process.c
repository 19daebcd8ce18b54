#include "process.h"

#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *vectorspool_execution_path(void) {
    return (const char *)getauxval(AT_EXECFN);
}

int vectorspool_process_open(int number) {
    return (int)syscall(SYS_pidfd_open, number, 0);
}

int vectorspool_process_signal(int process, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, process, signal, (void *)0, 0);
}
