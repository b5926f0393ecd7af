# A Python program inside a forked copy of this warm interpreter, so that it looks as if `python3 main.py` ran.

import atexit
import builtins
import gc
import io
import linecache
import threading
import traceback
import types

# What programs commonly import: loaded once here instead of in every job.
import bisect, collections, copy, dataclasses, datetime, decimal, enum, fractions, functools, heapq  # noqa
import itertools, math, operator, random, re, statistics, string, time, typing  # noqa


def open_standard_streams():
    def text(fd, mode, **how):
        raw = io.FileIO(fd, mode, closefd=False)
        buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
        return io.TextIOWrapper(buffer, encoding="utf-8", **how)

    sys.stdin = sys.__stdin__ = text(0, "r")
    sys.stdout = sys.__stdout__ = text(1, "w")
    sys.stderr = sys.__stderr__ = text(
        2, "w", errors="backslashreplace", line_buffering=True, write_through=True
    )


def new_main(path, source):
    """A fresh `__main__`; tracebacks find its lines although no such file exists."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=builtins)
    sys.modules["__main__"] = main
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(path))
    linecache.cache[path] = (len(source), None, source.splitlines(True), path)
    return main.__dict__


def report(error):
    """What the interpreter prints about an exception, without the frames of this file; the exit code."""
    if isinstance(error, SystemExit):
        if error.code is None:
            return 0
        if isinstance(error.code, int):
            return error.code & 255
        print(error.code, file=sys.stderr)
        return 1
    trace = error.__traceback__ and error.__traceback__.tb_next
    if sys.excepthook is sys.__excepthook__:
        traceback.print_exception(type(error), error, trace)
    else:
        sys.excepthook(type(error), error, trace)
    return 1


def run_python(path, code):
    """Runs a program to its end and leaves the process."""
    open_standard_streams()
    status = 0
    try:
        # Bytes, so that a coding line is honoured and a null byte is the program's own error.
        source = code.decode("utf-8", "replace")
        variables = new_main(path, source)
        exec(compile(code, path, "exec", dont_inherit=True), variables)
    except BaseException as error:
        status = guarded(lambda: report(error), 1)
    guarded(threading._shutdown)
    guarded(atexit._run_exitfuncs)
    guarded(lambda: finalize(variables))
    for stream in (sys.stdout, sys.stderr):
        if not guarded(lambda: stream is None or stream.closed or stream.flush() is None, False):
            status = status or 120
    os._exit(status)


def guarded(action, otherwise=None):
    """A program's own hooks may do anything, except keep this process from ending."""
    try:
        return action()
    except BaseException:
        return otherwise


def finalize(variables):
    """Lets go of a program's globals, so that `__del__` runs as it does when the interpreter ends."""
    for name in [name for name in variables if name != "__builtins__"]:
        variables[name] = None
