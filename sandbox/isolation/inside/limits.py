# What binds a job: system call filters, resource limits, files that it may touch. See ../inside.ts for how these
# pieces are joined; they share one namespace.

import ctypes
import json
import os
import resource
import signal
import struct
import sys

CONFIG = json.loads(sys.argv[1])
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38


def must(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what + ": " + os.strerror(ctypes.get_errno()))
    return result


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def program(text):
    """A seccomp program as the kernel takes it; the buffer must outlive it."""
    code = bytes.fromhex(text)
    buffer = ctypes.create_string_buffer(code, len(code))
    made = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    made.buffer = buffer
    return made


FILTERS = {name: program(text) for name, text in CONFIG["filters"].items()}


def install(name):
    if name not in FILTERS:
        return
    must(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    must(LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.byref(FILTERS[name]), 0, 0), "seccomp")


def bound(head):
    """Sets the limits of one job, hard ones: they cannot be raised again."""
    limits = [
        (resource.RLIMIT_CPU, head["cpu"]),
        (resource.RLIMIT_FSIZE, head["fileBytes"]),
        (resource.RLIMIT_NOFILE, head["open"]),
        # Without own users, everything that the user of the programs has running counts.
        (resource.RLIMIT_NPROC, head["processes"] if CONFIG["first"] else 4096),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 1 << 16),
        (resource.RLIMIT_MSGQUEUE, 0),
    ]
    if head["space"]:
        limits.append((resource.RLIMIT_AS, head["space"]))
    for kind, value in limits:
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))
    # A larger one would become the size of every thread's stack in programs that start now.
    stack = 8 << 20 if head["argv"] else 128 << 20
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    if hard != resource.RLIM_INFINITY:
        stack = min(stack, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))


LANDLOCK_READ = 0b1101  # execute, read a file, list a folder
LANDLOCK_FILE = 0b0111  # what of all rights makes sense for a file that is no folder


def fence():
    """Landlock: nothing outside the given paths can be opened. Numbers are the same on every architecture."""
    if not CONFIG["landlock"]:
        return
    version = LIBC.syscall(444, None, ctypes.c_size_t(0), 1)
    must(version, "Landlock")
    handled = (1 << 13) - 1  # version 1: everything about files
    if version >= 2:
        handled |= 1 << 13  # links and renames across folders
    if version >= 3:
        handled |= 1 << 14  # truncate
    if version >= 5:
        handled |= 1 << 15  # ioctl on devices
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", 3)  # binding and connecting TCP
    if version >= 6:
        attributes += struct.pack("=Q", 3)  # abstract sockets and signals stay inside
    rules = must(LIBC.syscall(444, attributes, ctypes.c_size_t(len(attributes)), 0), "Landlock rules")
    for path, writable in CONFIG["landlock"]:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        rights = handled if writable else LANDLOCK_READ & handled
        if not os.path.isdir(path):
            rights &= LANDLOCK_FILE | (handled & 1 << 14)
        rule = struct.pack("=Qi", rights, place)
        must(LIBC.syscall(445, rules, 1, rule, 0), "Landlock rule for " + path)
        os.close(place)
    must(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    must(LIBC.syscall(446, rules, 0), "Landlock")
    os.close(rules)
