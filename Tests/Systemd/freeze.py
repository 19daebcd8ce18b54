#!/usr/bin/env python3
"""Stops one thread of a process while all others run, like a debugger, or a system call that never returns.

    freeze.py PROCESS THREAD-NAME
"""

import ctypes
import os
import sys
import time

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
process, wanted = sys.argv[1:]
stopped = 0
for thread in os.listdir(f"/proc/{process}/task"):
    with open(f"/proc/{process}/task/{thread}/comm") as name:
        if not name.read().startswith(wanted):
            continue
    for request in PTRACE_SEIZE, PTRACE_INTERRUPT:
        if libc.ptrace(request, int(thread), None, None) != 0:
            sys.exit(os.strerror(ctypes.get_errno()))
    stopped += 1
print(f"stopped {stopped} threads", flush=True)
# The thread continues when this tracer ends, and a process is gone only after its stopped threads have been waited for.
WALL = 0x40000000
while os.path.exists(f"/proc/{process}/task"):
    try:
        os.waitpid(-1, os.WNOHANG | WALL)
    except ChildProcessError:
        break
    time.sleep(0.1)
