"""The child process and the wire to it: newline JSON both ways, keys on a pipe beside."""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from muniment.gateways.dataplane.answers import (
    Failed,
    Refusal,
    Refused,
    Stopped,
    Unavailable,
)

Message = dict[str, Any]
Tell = Callable[[str, int, int], None]

# All the child sees of our environment: no settings, no database address, no tokens.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
# Where Java is, for a data plane that takes part in a cluster.
JAVA = "JAVA_HOME"
SECONDS_TO_END = 10
AWAY = frozenset({"disk-full", "no-spark"})
"""Reasons that say nothing about what was asked for: the disk is full, the engine does not run."""


class Reach(StrEnum):
    """What the child may call beyond its folders: `dataplane.confine` says what each opens."""

    NOTHING = "nothing"
    SOURCES = "sources"
    CLUSTER = "cluster"


class Child:
    """One running data plane. Requests are answered one at a time; a cancel may overtake."""

    PYTHON = sys.executable
    PROGRAM: Sequence[str] = ("-m", "muniment.dataplane.process")

    def __init__(
        self, *, read: Iterable[Path], write: Iterable[Path], reach: Reach = Reach.NOTHING
    ) -> None:
        ours, theirs = socket.socketpair()
        keys_end, keys_way = os.pipe()
        handles = (theirs.fileno(), keys_end)
        try:
            self._process = subprocess.Popen(
                _command(
                    [self.PYTHON, "-I", "-B", *self.PROGRAM, "--reach", reach.value],
                    handles,
                    read=read,
                    write=write,
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Java talks while it starts.
                stderr=subprocess.DEVNULL if reach is Reach.CLUSTER else None,
                env=_environment(reach),
                cwd="/",
                pass_fds=handles,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            os.close(keys_way)
            message = f"The data plane cannot be started: {error.strerror}."
            raise Unavailable(message) from None
        finally:
            theirs.close()
            os.close(keys_end)
        self._socket = ours
        self._replies: BinaryIO = ours.makefile("rb")
        self._keys: BinaryIO = os.fdopen(keys_way, "wb")
        self._sending = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, request: Message, *, keys: Mapping[str, bytes] | None = None, tell: Tell | None = None
    ) -> Message:
        """Send one request and wait for its reply; `tell` hears the progress.

        Raises `Refused`, `Stopped`, or `Failed` (also when the child dies meanwhile).
        """
        try:
            self._send(request, keys)
        except (OSError, ValueError):  # a closed file raises the second
            raise self._dead() from None
        while reply := self._hear(request["id"]):
            if "progress" not in reply:
                return _done(reply)
            if tell:
                self._pass_on(reply["progress"], request["id"], tell)
        raise self._dead()

    def cancel(self, request_id: object) -> None:
        """Ask the child to give a request up; does not wait, and hears no reply."""
        with contextlib.suppress(OSError, ValueError):
            self._send({"id": None, "command": "cancel", "of": request_id}, None)

    def close(self) -> None:
        """Close the wire, let the child clean up, then see to it that it is gone."""
        with contextlib.suppress(OSError):  # it may be gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._wait(SECONDS_TO_END)
        for end in (self._replies, self._keys, self._socket):
            with contextlib.suppress(OSError):
                end.close()

    def _send(self, request: Message, keys: Mapping[str, bytes] | None) -> None:
        with self._sending:
            if keys:
                brought = {name: base64.b64encode(key).decode() for name, key in keys.items()}
                line = json.dumps({"id": request["id"], "keys": brought})
                self._keys.write(line.encode() + b"\n")
                self._keys.flush()
            self._socket.sendall(json.dumps({**request, "keys": bool(keys)}).encode() + b"\n")

    def _hear(self, request_id: object) -> Message | None:
        """The next line about a request; None when the child is gone."""
        try:
            for line in self._replies:
                reply: Message = json.loads(line)
                if reply["id"] == request_id:
                    return reply
        except (OSError, ValueError):
            return None
        return None

    def _pass_on(self, progress: Any, request_id: object, tell: Tell) -> None:
        """Whoever raises on hearing the progress does not want the rest either."""
        try:
            tell(progress["what"], progress["done"], progress["of"])
        except BaseException:
            self.cancel(request_id)
            raise

    def _dead(self) -> Failed:
        self._wait(SECONDS_TO_END)
        code = self._process.returncode
        return Failed(f"The data plane ended in the middle of a request (exit code {code}).")

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        try:
            self._process.wait(until - time.monotonic())
        except subprocess.TimeoutExpired:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _environment(reach: Reach) -> dict[str, str]:
    java = os.environ.get(JAVA)
    return ENVIRONMENT | ({JAVA: java} if java and reach is Reach.CLUSTER else {})


def _done(reply: Message) -> Message:
    if "done" in reply:
        done = reply["done"]
        assert isinstance(done, dict)
        return done
    if "refused" in reply:
        reasons = reply["refused"]
        assert isinstance(reasons, list)
        if AWAY.issuperset(reason["code"] for reason in reasons):
            raise Unavailable(" ".join(reason["message"] for reason in reasons))
        raise Refused([Refusal(r["code"], r["message"], r["params"]) for r in reasons])
    if "stopped" in reply:
        raise Stopped("The data plane gave the request up, as it was asked to.")
    raise Failed(str(reply.get("failed")))


def _command(
    program: Sequence[str],
    handles: tuple[int, int],
    *,
    read: Iterable[Path],
    write: Iterable[Path],
) -> list[str]:
    wire, keys = (str(handle) for handle in handles)
    command = [*program, "--requests", wire, "--replies", wire]
    command += ["--keys", keys]
    for flag, folders in (("--read", read), ("--write", write)):
        for folder in folders:
            command += [flag, str(folder.resolve())]
    return command
