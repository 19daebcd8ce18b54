#pragma once

/// Sends one datagram to the service manager's socket; a path beginning with '@' is an abstract address.
/// Returns 0, or -1 with errno set. Protocol: sd_notify(3).
int vectorspool_notify(const char *socket_path, const char *message);
