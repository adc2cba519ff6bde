"""For the environment that has pyTauArgus: tables of units as JSON in, its choices as JSON out.

The answer goes to the file named as the argument, since the engine speaks on standard output.
"""

import json
import sys
import tempfile
from pathlib import Path

NAMES = "ABC"


def asked(table: dict) -> list[dict]:
    """Every cell: its labels (Total for a margin), value, status, how far it must reach.

    A unit counts one, or its amount where there are `amounts`.
    """
    from pytauargus import protect

    units = table["units"]
    names = list(NAMES[: len(units[0])])
    rows = [
        {**{n: f"{n}{spot}" for n, spot in zip(names, unit, strict=True)}, "n": float(amount)}
        for unit, amount in zip(units, table.get("amounts") or [1] * len(units), strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        done = protect(
            rows,
            names,
            response="n",
            safety_rules=table["rules"],
            suppress="OPT(1)",
            workdir=folder,
        )
        return [
            {
                "place": [None if row[n] == "Total" else int(row[n][1:]) for n in names],
                "value": int(row["n"]),
                "status": row["status"],
                "below": int(row["lower"]),
                "above": int(row["upper"]),
            }
            for row in done.tables[0].rows
        ]


if __name__ == "__main__":
    answers = [asked(table) for table in json.load(sys.stdin)]
    Path(sys.argv[1]).write_text(json.dumps(answers), encoding="utf-8")
