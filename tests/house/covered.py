"""Every branch of rulebook, actions and data plane is tested, or on the list of what is owed.

A missed branch in these rings is a breach, so the list may only shrink: a file that is not on it
must be covered whole, a file on it may miss no more than the list says.

    python -m tests.house.covered REPORT            compare coverage's JSON report with the list
    python -m tests.house.covered REPORT --shrink   write the list anew, where it got shorter
"""

import argparse
import json
import sys
import tomllib
from pathlib import Path

LIST = Path(__file__).with_name("uncovered.toml")
HEAD = """\
# Lines and branches that no test runs yet, by file; `make coverage` compares. May only shrink.
# What runs only inside the confined child cannot be seen from outside: the tests of the process
# drive it as a whole (tests/dataplane/process), and coverage does not follow it.

[missed]
"""


def missed(report: Path) -> dict[str, int]:
    """Lines and branches missed, for every file that misses any."""
    files = json.loads(report.read_text())["files"]
    counted = {
        name: each["summary"]["missing_lines"] + each["summary"]["missing_branches"]
        for name, each in files.items()
    }
    return {name: count for name, count in sorted(counted.items()) if count}


def owed() -> dict[str, int]:
    """What the committed list allows."""
    listed: dict[str, int] = tomllib.loads(LIST.read_text())["missed"]
    return listed


def worse(found: dict[str, int], listed: dict[str, int]) -> list[str]:
    """One sentence for every file that misses more than it may."""
    return [
        f"{name} misses {count} lines and branches; the list allows {listed.get(name, 0)}."
        for name, count in found.items()
        if count > listed.get(name, 0)
    ]


def main() -> int:
    """Exit 1 with every sentence where something is worse than the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--shrink", action="store_true")
    args = parser.parse_args()
    found, listed = missed(args.report), owed()
    sentences = worse(found, listed)
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    if args.shrink and not sentences:
        rows = "".join(f'"{name}" = {count}\n' for name, count in found.items())
        LIST.write_text(HEAD + rows)
    print(f"coverage: {sum(found.values())} lines and branches owed, {len(found)} files")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
