#pragma once

/// A non-blocking, close-on-exec eventfd(2) of count 0. Returns the descriptor, or -1 with errno set.
int vectorspool_event_descriptor(void);
