"""How the worker and the command line talk to the data plane: a child process of their own.

The child opens person-level data, we never do. It is started at first use, lives until `close`, and
is started again after it died. Keys go to it over a pipe of their own, not inside a request.
"""

from muniment.gateways.dataplane.answers import (
    Built,
    Counted,
    Drawn,
    Failed,
    Refusal,
    Refused,
    Stopped,
)
from muniment.gateways.dataplane.child import Tell
from muniment.gateways.dataplane.client import PRINTS, Beside, DataPlane, Means, Order

__all__ = [
    "PRINTS",
    "Beside",
    "Built",
    "Counted",
    "DataPlane",
    "Drawn",
    "Failed",
    "Means",
    "Order",
    "Refusal",
    "Refused",
    "Stopped",
    "Tell",
]
