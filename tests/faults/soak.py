"""Kills without end: `python -m tests.faults.soak [KILLS]` writes what it saw to kills.json."""

import json
import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import killing, lives

RESULT = Path(__file__).with_name("kills.json")
AT_ONCE = 4
"""Each life is a row of processes of its own, so that several go on beside each other."""


def main(kills: int, seed: int) -> int:
    """Exit 0 when every life ended well; else 1, with the seed that repeats it."""
    print(f"seed: {seed}; {kills} kills", flush=True)
    drawn = lives.drawn(kills, seed=seed)
    with tempfile.TemporaryDirectory(prefix="muniment-kills-") as folder:
        place = Path(folder)
        standing = {road: killing.made(place / road, road) for road in lives.EVERY}

        def lived(number: int, life: lives.Life) -> str:
            """What went wrong; empty where the life ended well."""
            said = ""
            try:
                lives.lived(life, standing[life.road], place / str(number))
            except AssertionError as fault:
                said = f"{life}: {fault}"
            print(f"{number}/{len(drawn)} {said and 'FAILED '}{said or life}", flush=True)
            killing.forget(place / str(number))
            return said

        with ThreadPoolExecutor(AT_ONCE) as several:
            told = list(several.map(lived, range(1, len(drawn) + 1), drawn))
    failed = [said for said in told if said]
    _write(drawn, failed, seed)
    return 1 if failed else 0


def _write(drawn: list[lives.Life], failed: list[str], seed: int) -> None:
    counted = Counter(str(kill) for life in drawn for kill in life.kills)
    told = {
        "seed": seed,
        "on": datetime.now(UTC).date().isoformat(),
        "lives": len(drawn),
        "kills": counted.total(),
        "failed": failed,
        "by_point": dict(sorted(counted.items())),
    }
    RESULT.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(
        main(
            int(asked[0]) if asked else 200,
            int(asked[1]) if asked[1:] else random.SystemRandom().randrange(10**6),
        )
    )
