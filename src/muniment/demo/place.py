"""Where the demonstration lives: a home of its own, thrown away when it is given again."""

import os
import shutil
from pathlib import Path

MARKER = "this-is-a-demo"


class NotMade(Exception):
    """The demonstration cannot be given in this place; the sentence says why."""


def default() -> Path:
    """`demo` inside the home that is set, so that a real one is never written to."""
    return Path(os.environ.get("MUNIMENT_HOME", "~/.muniment")) / "demo"


def prepare(home: Path) -> Path:
    """An empty home; that of an earlier demonstration is thrown away, nothing else ever is.

    Raises NotMade where the folder holds something that is not a demonstration.
    """
    home = home.expanduser().resolve()
    if home.is_file():
        raise NotMade(f"{home} is a file; give --home an empty folder.")
    try:
        if home.exists() and any(home.iterdir()) and not (home / MARKER).is_file():
            raise NotMade(f"{home} holds other files; give --home an empty folder.")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, mode=0o700)
        (home / MARKER).write_text("Made by `muniment demo`; thrown away when it runs again.\n")
    except OSError as error:
        raise NotMade(f"{home} cannot be written: {error.strerror or error}.") from error
    return home
