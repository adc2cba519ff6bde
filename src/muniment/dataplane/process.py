"""The data plane as a process: the only one that opens person-level data.

It speaks newline JSON over inherited handles: requests in, replies and progress out. Keys come over
a second handle, a line per request that needs them, so that no request log ever holds one. Before
it reads a request it shuts itself in (`confine`), and says in every `ping` what that achieved.

    {"id": 1, "command": "ping"}            → {"id": 1, "done": {…}}
    {"id": 2, "command": "build", …}        → {"id": 2, "progress": {…}} … {"id": 2, "done": {…}}
    {"id": 3, "command": "cancel", "of": 2} → {"id": 2, "stopped": true}, {"id": 3, "done": {}}

A reply holds `done`, `refused` (a list of code, message, params), `stopped`, or `failed`: one
sentence with the kind and place of an error but not its words, which may quote data.
"""

import argparse
import base64
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from muniment.dataplane import confine

Message = dict[str, object]
LARGEST_REQUEST = 16 * 1024 * 1024


def main(words: list[str] | None = None) -> int:
    """Entry of the child: `--requests FD --replies FD --keys FD --read DIR… --write DIR…`."""
    parser = argparse.ArgumentParser(prog="muniment dataplane")
    arguments(parser)
    return run(parser.parse_args(words))


def arguments(parser: argparse.ArgumentParser) -> None:
    """Handles, and the folders it may read and write."""
    parser.add_argument("--read", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--write", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument(
        "--reach", choices=list(confine.BY_NAME), default="nothing",
        help="what it may call: nothing, sources of data, or a Spark cluster with its Java",
    )  # fmt: skip
    parser.add_argument("--requests", type=int, default=0, metavar="FD")
    parser.add_argument("--replies", type=int, default=1, metavar="FD")
    parser.add_argument("--keys", type=int, default=None, metavar="FD")


def run(args: argparse.Namespace) -> int:
    """Confine, then serve until the other end closes. Exit 0."""
    confinement = shut_in(args)
    for gap in confinement.gaps:
        print(f"WARNING: the data plane is not fully confined. {gap}", file=sys.stderr)
    keys = None if args.keys is None else os.fdopen(args.keys, "rb")
    # One socket may serve both ways; a handle each lets both be closed.
    back = os.dup(args.replies)
    with os.fdopen(args.requests, "rb") as requests, os.fdopen(back, "wb") as replies:
        Server(confinement, replies, keys).serve(requests)
    return 0


def shut_in(args: argparse.Namespace) -> confine.Confinement:
    """What `run` does first; everything after it happens inside."""
    os.umask(0o077)
    return confine.confine(read=args.read, write=args.write, reach=confine.BY_NAME[args.reach])


class Server:
    """One thread listens, one works; a cancel reaches the work through its watch."""

    def __init__(
        self, confinement: confine.Confinement, replies: BinaryIO, keys: BinaryIO | None
    ) -> None:
        # The engine is imported only now, after the doors are shut.
        from muniment.dataplane import commands

        self._commands = commands
        self._confinement = confinement
        self._replies = replies
        self._keys = keys
        self._speaking = threading.Lock()
        self._waiting: queue.Queue[tuple[Message, Message] | None] = queue.Queue()
        self._watches: dict[object, commands.Watch] = {}

    def serve(self, requests: BinaryIO) -> None:
        """Answer until `requests` ends; then stop what runs and wait until it has cleaned up."""
        worker = threading.Thread(target=self._work)
        worker.start()
        try:
            while line := requests.readline(LARGEST_REQUEST):
                self._hear(line)
        finally:
            for watch in list(self._watches.values()):
                watch.stop()
            self._waiting.put(None)
            worker.join()

    def _hear(self, line: bytes) -> None:
        try:
            request = json.loads(line)
            number, command = request["id"], request["command"]
        except (ValueError, TypeError, KeyError):
            self._say({"id": None, "failed": "A request is a JSON object with id and command."})
            return
        if command == "ping":
            self._say({"id": number, "done": self._ping()})
        elif command == "cancel":
            watch = self._watches.get(request.get("of"))
            if watch:
                watch.stop()
            self._say({"id": number, "done": {}})
        else:
            self._watches[number] = self._commands.Watch(self._teller(number))
            self._waiting.put((request, self._read_keys(request)))

    def _ping(self) -> Message:
        return {**self._commands.versions(), "confinement": self._confinement.document()}

    def _read_keys(self, request: Message) -> Message:
        if not request.get("keys"):
            return {}
        line = self._keys.readline() if self._keys else b""
        brought = json.loads(line or b"{}")
        if brought.get("id") != request["id"]:
            return {}
        return {name: base64.b64decode(value) for name, value in brought["keys"].items()}

    def _work(self) -> None:
        while (taken := self._waiting.get()) is not None:
            request, keys = taken
            number = request["id"]
            try:
                reply = self._answer(request, keys)
            finally:
                watch = self._watches.pop(number)
            self._say({"id": number, **reply})
            del request, keys, watch

    def _answer(self, request: Message, keys: Message) -> Message:
        commands = self._commands
        try:
            command = commands.BY_NAME.get(str(request["command"]))
            if command is None:
                return {"failed": f"There is no command {request['command']!r}."}
            return {"done": command(request, keys, self._watches[request["id"]])}
        except commands.Refused as refused:
            return {"refused": [refusal.document() for refusal in refused.refusals]}
        except commands.Stopped:
            return {"stopped": True}
        except Exception as error:
            return {"failed": _without_words(error)}

    def _teller(self, number: object) -> Callable[[str, int, int], None]:
        def tell(what: str, done: int, of: int) -> None:
            self._say({"id": number, "progress": {"what": what, "done": done, "of": of}})

        return tell

    def _say(self, message: Mapping[str, object]) -> None:
        line = json.dumps(message).encode() + b"\n"
        with self._speaking:
            try:
                self._replies.write(line)
                self._replies.flush()
            except (BrokenPipeError, ConnectionError):
                # Nobody listens any more; the end of `requests` will stop the process.
                return


def _without_words(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return f"The data plane could not finish this ({type(error).__name__}; {place})."


if __name__ == "__main__":
    sys.exit(main())
