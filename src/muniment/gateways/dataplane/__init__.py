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
    Terms,
    Unavailable,
    Weighed,
)
from muniment.gateways.dataplane.child import Child, Reach, Tell
from muniment.gateways.dataplane.client import PRINTS, DataPlane
from muniment.gateways.dataplane.departing import Package
from muniment.gateways.dataplane.orders import Beside, Means, Order
from muniment.gateways.dataplane.preparing import Sources

__all__ = [
    "PRINTS",
    "Beside",
    "Built",
    "Child",
    "Counted",
    "DataPlane",
    "Drawn",
    "Failed",
    "Means",
    "Order",
    "Package",
    "Reach",
    "Refusal",
    "Refused",
    "Sources",
    "Stopped",
    "Tell",
    "Terms",
    "Unavailable",
    "Weighed",
]
