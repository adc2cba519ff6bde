"""`muniment dataplane`: the data plane on its own, requests on stdin, replies on stdout.

The worker starts its own; this is for another host, behind a pipe of the operator's choice (for
example ssh). Keys come over a further handle (`--keys FD`), never inside a request.
"""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folders it may touch, and the handles it speaks over."""
    from muniment.dataplane import process

    process.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stdin ends."""
    from muniment.dataplane import process

    return process.run(args)
