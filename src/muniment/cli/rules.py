"""`muniment rules`: the whole rulebook on one screen, in the manual, or as data."""

import argparse

from muniment.rulebook import printing


def arguments(parser: argparse.ArgumentParser) -> None:
    """Either a format of the matrix, or the page of stages with its diagram."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="text to read here, markdown for the manual, json for programs (default: text)",
    )
    form.add_argument(
        "--diagram",
        action="store_true",
        help="the manual's page of stages instead, in Markdown with a Mermaid diagram",
    )


def run(args: argparse.Namespace) -> int:
    """Print and succeed; there is nothing here that can be refused."""
    if args.diagram:
        print(printing.stages_page(), end="")
    elif args.format == "json":
        import json

        print(json.dumps(printing.as_data(), indent=1, ensure_ascii=False))
    elif args.format == "markdown":
        print(printing.steps_page(), end="")
    else:
        print(printing.as_text(), end="")
    return 0
