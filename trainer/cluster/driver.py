"""What `deno task cluster` runs as a Ray job: places a run's sidecars, and its inference servers, and runs the trainer.

Each sidecar, and each server, is the child of an actor in a placement group. An actor starts its child again whenever it
ends: a sidecar ends with its group, which the trainer then forms anew. Ray starts an actor again, on another node where
need be; then addresses have changed, and the trainer is started again too. It goes on from its last checkpoint.

The project, the data and the run's folder are under the same path on every node.
"""

import argparse
import ctypes
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

PR_SET_PDEATHSIG = 1
PAUSE = 1.0
"""Seconds before a child is started again."""
WATCH = 30.0
"""Seconds between two looks at where Ray has what the trainer works with."""
STARTING = 600.0
"""Seconds in which all must listen: a server loads a model, Ray starts an actor again on another node."""


@ray.remote(max_restarts=-1, max_task_retries=-1)
class Keeper:
    """Keeps a command running on the node where Ray has put it. `{host}` and `{port}` in it are this node's."""

    def __init__(self, command, port, env, folder):
        self.host = ray.util.get_node_ip_address()
        self.port = port
        self.command = [part.replace("{host}", self.host).replace("{port}", str(port)) for part in command]
        self.env, self.folder = {**os.environ, **env}, folder
        self.child, self.stopped = None, False
        threading.Thread(target=self.keep, daemon=True).start()

    def keep(self):
        libc = ctypes.CDLL(None)
        while not self.stopped:
            # The child ends with this process, also where Ray kills it.
            self.child = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
            )
            code = self.child.wait()
            if not self.stopped:
                print(f"The one at {self.place()} ended with code {code}; starting it again", flush=True)
                time.sleep(PAUSE)

    def stop(self):
        self.stopped = True
        if self.child:
            self.child.kill()

    def place(self):
        """Where the child shall listen."""
        return f"{self.host}:{self.port}"

    def listening(self):
        """The same, once it does."""
        while True:
            try:
                socket.create_connection((self.host, self.port), timeout=PAUSE).close()
                return self.place()
            except OSError:
                time.sleep(PAUSE / 10)


def keepers(count, resources, strategy, command, port, env, folder, patience):
    """One actor for each of `count` bundles of resources, all of them or none."""
    group = placement_group([resources] * count, strategy=strategy)
    try:
        ray.get(group.ready(), timeout=patience)
    except ray.exceptions.GetTimeoutError:
        sys.exit(
            f"Ray had no room for {count} times {resources} in {patience:g} seconds. It has {ray.cluster_resources()}; "
            "ask for less, or raise --patience"
        )
    return [
        Keeper.options(
            num_cpus=resources.get("CPU", 0),
            num_gpus=resources.get("GPU", 0),
            scheduling_strategy=PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=i),
        ).remote(command, port + i, env, folder)
        for i in range(count)
    ]


def task(folder, name):
    """A task of deno.json as the command that it is: `deno task` would not end with its parent, nor its child with it."""
    with open(os.path.join(folder, "deno.json")) as file:
        return json.load(file)["tasks"][name]["command"].split()


def places(actors):
    """Where all are; Ray may be starting one again somewhere else."""
    return ray.get([actor.place.remote() for actor in actors], timeout=STARTING)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ranks", type=int, required=True)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--port", type=int, default=7450)
    parser.add_argument("--servers", type=int, default=0)
    parser.add_argument("--server-gpus", type=float, default=1)
    parser.add_argument("--server-port", type=int, default=8000)
    parser.add_argument("--server-command")
    parser.add_argument("--patience", type=float, default=600)
    parser.add_argument("settings", nargs="*")
    options = parser.parse_args()

    ray.init()
    # Who stops the job asks the trainer too, which finishes its step and saves: the sidecars are needed until then.
    signal.signal(signal.SIGTERM, lambda *_: None)
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    token = {"EMEND_GPU_TOKEN": secrets.token_hex(32)}
    gpu = options.device == "cuda"
    # Ray shows an actor its own GPU alone, which is the first one there.
    sidecar = [*task(folder, "gpu"), "--device", "cuda:0" if gpu else "cpu", "--listen", "{host}:{port}"]
    sidecars = keepers(
        options.ranks,
        {"CPU": options.cpus, **({"GPU": 1} if gpu else {})},
        "PACK",  # Sums go around all ranks: few machines, and the links within them.
        [*sidecar, "--threads", str(options.cpus)],
        options.port,
        token,
        folder,
        options.patience,
    )
    servers = keepers(
        options.servers,
        {"CPU": 1, "GPU": options.server_gpus} if options.server_gpus else {"CPU": 1},
        "SPREAD",
        ["sh", "-c", f"exec {options.server_command}"],
        options.server_port,
        {},
        folder,
        options.patience,
    ) if options.servers else []

    try:
        return train(folder, token, options.settings, sidecars, servers)
    finally:
        ray.get([actor.stop.remote() for actor in [*sidecars, *servers]], timeout=STARTING)


def train(folder, env, settings, sidecars, servers):
    """Runs the trainer to its end; again, where Ray has moved what it works with. Returns its exit code."""
    while True:
        at = ray.get([actor.listening.remote() for actor in [*sidecars, *servers]], timeout=STARTING)
        devices, endpoints = at[: len(sidecars)], at[len(sidecars) :]
        placed = [f"trainer.device=[{', '.join(devices)}]"]
        if endpoints:
            urls = ", ".join(f"http://{endpoint}" for endpoint in endpoints)
            placed.append(f"actor_rollout_ref.rollout.server.endpoints=[{urls}]")
        print(f"Training on {', '.join(devices)}" + (f" with {', '.join(endpoints)}" if endpoints else ""), flush=True)
        trainer = subprocess.Popen([*task(folder, "train"), *settings, *placed], cwd=folder, env={**os.environ, **env})
        moved = False
        try:
            while not moved and trainer.poll() is None:
                try:
                    trainer.wait(timeout=WATCH)
                except subprocess.TimeoutExpired:
                    # Of a machine that has vanished nobody closes the lines: the trainer would wait for it.
                    moved = places([*sidecars, *servers]) != at
        finally:
            if trainer.poll() is None:
                trainer.kill()
        code = trainer.wait()
        if code in (0, 130) or not (moved or places([*sidecars, *servers]) != at):
            return code
        print("Ray has moved a sidecar or a server: starting the trainer again", flush=True)


if __name__ == "__main__":
    sys.exit(main())
