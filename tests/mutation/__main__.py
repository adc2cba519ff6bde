"""`python -m tests.mutation MODULE TESTS…`: change one thing at a time and see a test fail.

MODULE is a dotted name. Comparisons are flipped, + and - swapped and whole numbers moved by one.
The changed source is put into a copy of the package, so the tree itself is never touched. Prints
every mutant that no test notices; exits 1 when there is one.
"""

import sys

from tests.mutation import mutants

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m tests.mutation MODULE TESTS…")
    left = mutants.survivors(sys.argv[1], sys.argv[2:])
    print("\n".join(left) or "Every mutant was noticed.")
    sys.exit(bool(left))
