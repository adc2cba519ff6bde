"""`python -m tests.mutation MODULE TESTS…`: change one thing at a time and see a test fail.

MODULE is a dotted name. Comparisons are flipped, those of a query too, + and - swapped and whole
numbers moved by one.
The changed source is put into a copy of the package, so the tree itself is never touched. Prints
every mutant that no test notices; exits 1 when there is one. What came of it is kept in
`results.json`, which a test holds. A survivor that changes no answer, or no protection, is given
its reason there by hand; every other one is a gap.
"""

import json
import sys
from pathlib import Path

from tests.mutation import mutants

RESULTS = Path(__file__).with_name("results.json")


def main(module: str, tests: list[str]) -> int:
    """Try every mutant of a module and keep what came of it."""
    left = mutants.survivors(module, tests)
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    reasons = found["modules"].get(module, {}).get("reasons", {})
    found["modules"][module] = {
        "tests": tests,
        "mutants": len(list(mutants.of(mutants.source_of(module).read_text(encoding="utf-8")))),
        "survivors": left,
        "reasons": {each: reasons[each] for each in left if each in reasons},
    }
    found["not_run_yet"] = [each for each in found["not_run_yet"] if each != module]
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    gaps = [each for each in left if each not in reasons]
    print("\n".join(gaps) or "Every mutant was noticed, or changes nothing.")
    return bool(gaps)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m tests.mutation MODULE TESTS…")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
