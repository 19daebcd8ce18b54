#pragma once

/// Records SIGHUP from now on, whose default action would end the process.
void vectorspool_hangup_note(void);

/// Whether SIGHUP has arrived since `vectorspool_hangup_note` or the last call: 1 or 0.
int vectorspool_hangup_taken(void);
