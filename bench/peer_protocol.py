"""A peer is a process that takes one JSON command a line on stdin and answers one JSON line on stdout."""
import json
import os
import platform
import sys
import time

# Libraries print to stdout; answers keep the real one, everything else goes to stderr.
_answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def commands():
    for line in sys.stdin:
        yield json.loads(line)


def answer(value):
    _answers.write(json.dumps(value) + "\n")


def serve(handlers):
    """Answers {"do": NAME, ...} with what handlers[NAME](...) returns; an exception is an answer too."""
    for command in commands():
        try:
            answer(handlers[command.pop("do")](**command))
        except Exception as error:  # noqa: BLE001 - the harness reports it
            answer({"error": f"{type(error).__name__}: {error}"})


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def spent(self):
        return {"seconds": time.perf_counter() - self.wall, "cpuSeconds": time.process_time() - self.cpu}


def versions(*packages):
    from importlib.metadata import version
    return {"python": platform.python_version()} | {p: version(p) for p in packages}
