"""`python -m muniment.holdings.origins FOLDER`: make every shipped table again."""

import json
import sys
from pathlib import Path

from muniment.holdings import writing
from muniment.holdings.origins import frequencies, measures, sdtm

HOLDINGS = Path(__file__).parent.parent


def main(words: list[str]) -> int:
    """Write the tables in place and renew sizes and hashes of every shipped descriptor."""
    if len(words) != 1 or not Path(words[0]).is_dir():
        print("Name one folder: the one that holds the public sources.", file=sys.stderr)
        return 2
    shared = Path(words[0])
    sdtm.write(shared / "pharmaverse_sdtm", HOLDINGS / "sdtm-pilot")
    measures.write(shared / "qpp_measures", HOLDINGS / "qopi-measures")
    frequencies.write(shared, HOLDINGS / "generate" / "distributions")
    for descriptor in sorted(HOLDINGS.glob("*/datapackage.json")):
        package = json.loads(descriptor.read_text(encoding="utf-8"))
        writing.write_descriptor(descriptor.parent, package)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
