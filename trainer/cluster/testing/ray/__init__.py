"""As much of Ray as the driver uses, in one process; after a while it moves the first actor, as Ray does off a dead machine."""

import os
import sys

from . import util

MOVE_AFTER = int(os.environ["FAKE_RAY_MOVE_AFTER"])
"""Looks at places before the first actor is moved."""
moved = []


class exceptions:
    class GetTimeoutError(Exception):
        pass


def init():
    sys.modules["__main__"].WATCH = 0.1


def cluster_resources():
    return {"CPU": util.CPUS}


def get(what, timeout=None):
    if what is None:
        raise exceptions.GetTimeoutError()
    return what


class Method:
    def __init__(self, actor, name):
        self.actor, self.name = actor, name

    def remote(self):
        if self.name == "place" and self.actor.index == 0:
            self.actor.looks += 1
            if self.actor.looks > MOVE_AFTER and not moved:
                moved.append(True)
                self.actor.move()
        return getattr(self.actor.made, self.name)()


class Actor:
    count = 0

    def __init__(self, kind, arguments):
        self.kind, self.arguments, self.looks = kind, arguments, 0
        self.index, Actor.count = Actor.count, Actor.count + 1
        self.made = kind(*arguments)

    def move(self):
        self.made.stop()
        command, port, *rest = self.arguments
        self.made = self.kind(command, port + 100, *rest)

    def __getattr__(self, name):
        return Method(self, name)


def remote(**_options):
    def decorate(kind):
        class Made:
            @staticmethod
            def options(**options):
                assert options["scheduling_strategy"].placement_group_bundle_index >= 0
                return Made

            @staticmethod
            def remote(*arguments):
                return Actor(kind, arguments)

        return Made

    return decorate
