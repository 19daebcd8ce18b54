#pragma once

/// Records SIGHUP from now on, whose default action would end the process.
void vectorspool_hangup_note(void);

/// Whether SIGHUP has arrived since `vectorspool_hangup_note` or the last call: 1 or 0.
int vectorspool_hangup_taken(void);

/// Records SIGINT and SIGTERM from now on, so that a command can clean up; the second one ends the process.
void vectorspool_interrupt_note(void);

/// Whether one of them has arrived: 1 or 0.
int vectorspool_interrupt_come(void);

/// From now on a page of a mapped file that cannot be read ends the process with a message and a code instead of a crash.
///
/// `message` lives as long as the process.
void vectorspool_unreadable_note(const char *message, int code);
