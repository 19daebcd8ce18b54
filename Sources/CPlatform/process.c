#include "process.h"

#include <sys/auxv.h>

const char *vectorspool_execution_path(void) {
    return (const char *)getauxval(AT_EXECFN);
}
