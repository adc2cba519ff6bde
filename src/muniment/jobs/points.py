"""The moments at which a worker may die and nothing may be lost, doubled or left in the clear.

`reach` costs a call and does nothing: it raises an audit event (PEP 578) with the moment's name. A
test that kills a worker listens for it in that worker's process; no setting and no variable of the
environment does.
"""

import sys
from enum import StrEnum

EVENT = "muniment.point"


class Point(StrEnum):
    """In the order of the line; the data plane's own steps come between, by their `tell`."""

    BUILD_CLAIMED = "build claimed"
    BUILD_ANSWERED = "package made, not looked at"
    BUILD_INSPECTED = "package looked at, not recorded"
    BUILD_RECORDED = "build recorded, job not finished"
    PACK_CLAIMED = "delivery claimed"
    PACK_SEALED = "file locked, not stored"
    PACK_STORED = "file stored, not recorded"
    PACK_RECORDED = "delivery recorded, job not finished"
    SEAL_CLAIMED = "seal wanted"
    SEAL_MADE = "seal made, not stored"
    SEAL_STORED = "sealed agreement stored, not recorded"
    SEAL_RECORDED = "seal recorded, job not finished"
    MONEY_CLAIMED = "line matched, not recorded"
    MONEY_RECORDED = "payment recorded, job not finished"


OF_BUILD = (
    "check the specification",
    "hash the holdings",
    "find who is in …",
    "treat …",
    "write the files of …",
    "write the package",
    "publish",
)
OF_DELIVERY = ("check the package", "lock the files", "keep the locked file")
PLANE = OF_BUILD + OF_DELIVERY
"""Steps at which the data plane may die, as it tells them; … stands for a part or a table of it.

Those that it tells once for each piece of a table (`treat …`) and each file (`lock the files`) are
inside the long steps: finished pieces lie sealed by then, and half of a locked file is written.
"""


def reach(point: Point) -> None:
    """Say that the worker is here."""
    sys.audit(EVENT, point.value)
