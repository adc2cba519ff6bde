"""The command line: one module a command, imported only when it is called.

`muniment rules` must answer at once, so nothing here imports Django, an engine or a parser of
data; each command imports what it needs inside `run`.

Exit codes: 0 done; 1 refused or failed, with the reason on stderr; 2 wrong usage.
"""

import argparse
import importlib
import sys

COMMANDS = {
    "rules": "print every step, who may take it, when, and what stands in the way",
    "programme": "check, load or export a programme folder; say what its people cannot do",
    "import": "bring in a register of earlier requests, or requests that run on paper",
    "holding": "load, check, profile and compare holdings; find and make those that ship",
    "count": "answer a specification with protected counts",
    "extract": "build a rehearsal package from a specification",
    "cube": "make the public tables of a holding, protected once",
    "risk": "report the risk of a specification or a package before it leaves",
    "text": "hold free text for a reader, and take down what the reader approved",
    "trace": "tell which release a file came from, as far as that can be told",
    "fetch": "download a delivery, unlock it and check it",
    "release": "verify a release as its recipient would",
    "ledger": "verify the ledger against its stored heads and its checkpoints",
    "verify": "check a receipt off line: is this entry in the ledger that was signed",
    "demo": "carry one request through every gate",
    "serve": "start the site, the worker and the data plane",
    "dataplane": "start the data plane on its own",
    "worker": "run queued jobs",
    "manage": "run a Django management command",
}


class Stop(Exception):
    """A refusal or failure that ends a command: its sentence goes to stderr, the exit code is 1."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] not in COMMANDS:
        return _overview(words)
    command = importlib.import_module(f"muniment.cli.{words[0]}")
    parser = argparse.ArgumentParser(prog=f"muniment {words[0]}", description=COMMANDS[words[0]])
    command.arguments(parser)
    args = parser.parse_args(words[1:])
    try:
        return int(command.run(args))
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1


def start_django() -> None:
    """Make Django ready, for the commands that need the database.

    Raises Stop with one sentence when the settings are wrong or the database is not there yet.
    """
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except OSError as fault:
        said = f"{fault.filename}: {fault.strerror}." if fault.strerror else str(fault)
        raise Stop(f"The settings cannot be used: {said}") from fault
    except (ImproperlyConfigured, ValueError) as fault:
        raise Stop(f"The settings cannot be used: {fault}") from fault


def _overview(words: list[str]) -> int:
    """All there is, for whoever asked for help, or named no command or an unknown one."""
    parser = argparse.ArgumentParser(prog="muniment", description="Run a data access programme.")
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary)
    parser.parse_args(words)
    parser.print_help()
    return 2
