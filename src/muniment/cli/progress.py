"""How far a command is, on the error stream: never among what it prints.

On a terminal one line that moves, for what takes longer than a moment; a program, or whoever
keeps a log, asks for a line at each step with `--progress`.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muniment.dataplane.extract.watch import Watch

PATIENCE = 2.0  # seconds before progress is shown


def argument(parser: argparse.ArgumentParser) -> None:
    """The wish to be told at each step, wherever the error stream goes."""
    says = "a line on the error stream at each step; a terminal is told without it"
    parser.add_argument("--progress", action="store_true", help=says)


def shown(
    args: argparse.Namespace, *, patience: float = PATIENCE
) -> "AbstractContextManager[Watch]":
    """A watch whose steps are told: each at once where asked for, else to a terminal in time."""
    from muniment.dataplane.extract.watch import Watch

    if args.progress:
        return _as_it_is(Watch(_line))
    return _moving(patience) if sys.stderr.isatty() else _as_it_is(Watch())


def _line(what: str, done: int, of: int) -> None:
    print(_words(what, done, of), file=sys.stderr, flush=True)


def _words(what: str, done: int, of: int) -> str:
    return what + (f" ({done:,} of {of:,})" if of else f" ({done:,} rows)" if done else "")


@contextmanager
def _as_it_is(watch: "Watch") -> "Iterator[Watch]":
    yield watch


@contextmanager
def _moving(patience: float) -> "Iterator[Watch]":
    """The line appears by the clock: one step may be all that a command does."""
    import threading

    from rich.console import Console

    from muniment.dataplane.extract.watch import Watch

    status = Console(stderr=True).status("starting")
    clock = threading.Timer(patience, status.start)
    clock.daemon = True
    clock.start()
    try:
        yield Watch(lambda what, done, of: status.update(_words(what, done, of)))
    finally:
        clock.cancel()
        clock.join()
        status.stop()
