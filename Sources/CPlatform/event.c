#include "event.h"

#include <sys/eventfd.h>

int vectorspool_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
