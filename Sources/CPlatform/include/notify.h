#pragma once

#include <stddef.h>

/// Sends one datagram to a socket of the service manager or the journal; a path beginning with '@' is an abstract address.
/// It waits for at most 200 ms. Returns 0, or -1 with errno set. Protocol: sd_notify(3).
int vectorspool_notify(const char *socket_path, const void *message, size_t message_length);
