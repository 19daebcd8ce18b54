"""Acts on an inbox as a member of the drop group can, correctly or maliciously.

    dropper.py INBOX SECONDS BEHAVIOUR...

Each behaviour runs in its own process until the time is over, but at least once. `good` drops files that must be taken and
prints the name of each; all others try to disturb the daemon.
"""

import ctypes
import fcntl
import os
import random
import signal
import socket
import struct
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
RENAME_EXCHANGE = 2
WORDS = "whale harbour rye bread orbit Jupiter map train winter mountain bee letter".split()


def exchange(old, new):
    libc.renameat2(-100, os.fsencode(old), -100, os.fsencode(new), RENAME_EXCHANGE)


def attempt(call, *arguments, **named):
    """Makes a call and ignores its failure, because attacks may be forbidden or too late."""
    try:
        return call(*arguments, **named)
    except OSError:
        return None


def write(path, text, mode=0o666):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    os.write(descriptor, text if isinstance(text, bytes) else text.encode())
    os.close(descriptor)


def text(number):
    return f"Text {number}: " + " ".join(random.choices(WORDS, k=40)) + ".\n"


def good(inbox, number, state):
    # Half of them are moved in whole, half are written in place.
    name = f"good-{os.getpid()}-{number}.txt"
    if number % 2:
        write(f"{inbox}/.{name}", text(number), 0o640)
        os.rename(f"{inbox}/.{name}", f"{inbox}/{name}")
    else:
        write(f"{inbox}/{name}", text(number), 0o644)
    print(name, flush=True)
    time.sleep(0.02)


def swap(inbox, number, state):
    """A folder with the names of important files elsewhere, replaced by links to those."""
    folder, link = f"{inbox}/swap-{number % 8}", f"{inbox}/swap-link-{number % 8}"
    attempt(os.makedirs, folder + "/sub", 0o777, exist_ok=True)
    for name in (f"manifest-{number % 9}.json", "ranges.npy", "a.txt", "secret.txt", "sub/b.txt", "0000.zst"):
        attempt(write, f"{folder}/{name}", text(number))
    attempt(os.symlink, random.choice(state["targets"]), link)
    for _ in range(20):
        exchange(folder, link)
    attempt(os.rename, folder, f"{inbox}/swapped-{random.randrange(50)}")


def kinds(inbox, number, state):
    """Special files, in folders that may be closed."""
    folder = f"{inbox}/kinds-{number % 20}"
    attempt(os.mkdir, folder)
    attempt(os.chmod, folder, 0o777)
    attempt(os.mkfifo, f"{folder}/pipe.txt")
    attempt(os.symlink, random.choice(state["targets"]), f"{folder}/link.txt")
    end = socket.socket(socket.AF_UNIX)
    attempt(end.bind, f"{folder}/socket.txt")
    end.close()
    attempt(os.chmod, folder, random.choice((0o777, 0o555, 0o000, 0o1777)))
    attempt(os.mkfifo, f"{inbox}/pipe-{number % 20}.txt")


def closed(inbox, number, state):
    """A pipe in a folder that only its owner can change."""
    attempt(os.mkdir, f"{inbox}/closed")
    attempt(os.mkfifo, f"{inbox}/closed/pipe.txt")
    attempt(os.symlink, "/etc/passwd", f"{inbox}/closed/link.txt")
    attempt(write, f"{inbox}/closed/file.txt", text(number))
    os.chmod(f"{inbox}/closed", 0o555)
    time.sleep(0.05)


def modes(inbox, number, state):
    """A file that is closed, opened, written and truncated while it is processed."""
    path = f"{inbox}/modes-{number % 30}.txt"
    descriptor = attempt(os.open, path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
    if descriptor is None:
        return
    os.write(descriptor, text(number).encode())
    keeper = os.open(path, os.O_RDONLY)
    os.close(descriptor)
    for mode in (0o666, 0o000, 0o644, 0o600):
        os.fchmod(keeper, mode)
        time.sleep(random.random() * 0.05)
    os.fchmod(keeper, random.choice((0o666, 0o000)))
    state["keepers"] = state.get("keepers", [])[-100:] + [keeper]
    if len(state["keepers"]) > 100:
        os.close(state["keepers"].pop(0))


def names(inbox, number, state):
    """One file under two names: a write to one changes the other."""
    aside, path = f"{inbox}/.aside-{number % 10}", f"{inbox}/names-{number % 10}"
    big = b"\xef\xbb\xbf" + (text(number) * 6000).encode()
    attempt(os.unlink, aside)
    attempt(write, aside, big)
    attempt(os.mkdir, path)
    attempt(os.chmod, path, 0o777)
    attempt(os.link, aside, f"{path}/file.txt")
    for _ in range(30):
        times = os.stat(aside)
        attempt(os.truncate, aside, random.choice((0, 1, 4, 300_000)))
        attempt(write, aside, big.replace(b"e", b"\xff") if random.random() < 0.5 else big)
        attempt(os.utime, aside, ns=(times.st_atime_ns, times.st_mtime_ns))
        time.sleep(random.random() * 0.02)
    attempt(os.chmod, path, random.choice((0o777, 0o555)))


def again(inbox, number, state):
    """One name that is made, removed, replaced by something else and made again."""
    path = f"{inbox}/again.txt"
    attempt(write, path, text(number))
    attempt(random.choice((os.mkdir, os.mkfifo, lambda p: os.symlink("/etc/passwd", p))), path + "~")
    for _ in range(10):
        exchange(path, path + "~")
    attempt(os.unlink, path + "~")
    attempt(os.rmdir, path + "~")
    attempt(os.unlink, path)


def lease(inbox, number, state):
    """A file under a lease whose owner does not respond."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    path = f"{inbox}/leased-{number}.txt"
    descriptor = attempt(os.open, path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    if descriptor is None:
        return
    os.write(descriptor, text(number).encode())
    attempt(fcntl.fcntl, descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    state.setdefault("leases", []).append(descriptor)
    time.sleep(0.2)


def open_ended(inbox, number, state):
    """A file that is endlessly appended to and truncated."""
    if "open" not in state:
        state["open"] = os.open(f"{inbox}/open.txt", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    descriptor = state["open"]
    os.write(descriptor, text(number).encode())
    if number % 50 == 0:
        os.ftruncate(descriptor, 0)
    time.sleep(0.001)


HOSTILE = [
    b"esc \x1b[2J.txt", b"bell \x07.txt", b"line\nforged: ok.txt", b"c1 \xc2\x9b31m.txt", b"bidi \xe2\x80\xaetxt.exe",
    b"isolate \xe2\x81\xa6.txt", b"bytes \xff\xfe.txt", b"raw c1 \x9b2J.txt", b"-rf.txt", b"del \x7f.txt", b"\xf0\x9f\x1b.exe",
]


def hostile(inbox, number, state):
    """Hostile names of files that are taken, refused and blocked."""
    name = f"h{number % 1000} ".encode() + HOSTILE[number % len(HOSTILE)]
    path = os.fsencode(inbox) + b"/" + name
    attempt(write, path, random.choice((text(number), b"\xff", b"")), random.choice((0o666, 0o644, 0o000)))
    attempt(os.mkdir, path + b".d")
    attempt(write, path + b".d/" + name + b"l", b'{"id":"\x1b","text":"a","\xe2\x80\xae":1}\n{"\x1b')
    attempt(write, os.fsencode(inbox) + b"/lines-" + name + b".jsonl", f'{{"id":1,"text":"{number} a b"}}\nbad \x1b\n')
    time.sleep(0.01)


def access_list(*entries):
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def private(inbox, number, state):
    """Files that the daemon may read and other droppers may not: by an access control list, and by odd permissions."""
    path = f"{inbox}/private-{number % 20}"
    lines = '{"id":1,"text":"a whale in winter"}\nsecret\n'
    attempt(write, path + "-mode.jsonl", lines, 0o604)
    attempt(write, path + ".tmp", lines, 0o600)
    daemon, nobody = os.stat(inbox).st_uid, 0xFFFFFFFF
    entries = (1, 6, nobody), (2, 4, daemon), (4, 0, nobody), (16, 4, nobody), (32, 0, nobody)
    attempt(os.setxattr, path + ".tmp", "system.posix_acl_access", access_list(*entries))
    attempt(os.rename, path + ".tmp", path + "-list.jsonl")
    time.sleep(0.05)


def unreadable(inbox, number, state):
    """One file that only its owner may read."""
    attempt(write, f"{inbox}/unreadable.txt", text(number), 0o600)


def many(inbox, number, state):
    """A hundred thousand empty files in one folder, once."""
    if state.get("count", 0) >= 100_000:
        time.sleep(0.1)
        return
    attempt(os.mkdir, f"{inbox}/many")
    attempt(os.chmod, f"{inbox}/many", 0o777)
    for _ in range(1000):
        state["count"] = state.get("count", 0) + 1
        attempt(write, f"{inbox}/many/{state['count']}.txt", "")


def vandal(inbox, number, state):
    """Removes, moves and overwrites the files of others."""
    for name in attempt(os.listdir, inbox) or []:
        if name.startswith("good-"):
            attempt(os.unlink, f"{inbox}/{name}")
            attempt(os.rename, f"{inbox}/{name}", f"{inbox}/stolen.txt")
            attempt(write, f"{inbox}/{name}", "vandal")
    for folder in state["targets"]:
        attempt(write, f"{folder}/vandal.txt", "vandal")
        attempt(os.mkfifo, f"{folder}/x.txt.vectorspool-error.json")
    time.sleep(0.005)


def main():
    inbox, seconds, behaviours = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    spool = os.path.dirname(inbox)
    targets = [f"{spool}/{name}" for name in ("index", "work", "done", "failed", ".runtime", "../canary")] + ["/", "/etc"]
    end = time.monotonic() + seconds
    os.umask(0)
    children = []
    for behaviour in behaviours:
        child = os.fork()
        if child:
            children.append(child)
            continue
        state, number = {"targets": targets}, 0
        while number == 0 or time.monotonic() < end:
            globals()[behaviour](inbox, number, state)
            number += 1
        os._exit(0)
    failed = [child for child in children if os.waitpid(child, 0)[1] != 0]
    sys.exit(1 if failed else 0)


main()
