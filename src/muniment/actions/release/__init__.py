"""From a signed agreement to files that left: lines, builds, checks, deliveries."""

from .builds import (
    Package,
    authorize_build,
    cancel_build,
    fail_build,
    finish_build,
    finish_further_build,
    finishing,
    plan_build,
    start_build,
    store_approval,
    unless_changed,
)
from .checking import (
    check,
    release,
    release_later_build,
    send_back_build,
    send_back_further_build,
    send_back_later_build,
    withdraw_build,
)
from .deliveries import confirm_receipt, open_delivery
from .lines import open_further_line, open_line

__all__ = [
    "Package",
    "authorize_build",
    "cancel_build",
    "check",
    "confirm_receipt",
    "fail_build",
    "finish_build",
    "finish_further_build",
    "finishing",
    "open_delivery",
    "open_further_line",
    "open_line",
    "plan_build",
    "release",
    "release_later_build",
    "send_back_build",
    "send_back_further_build",
    "send_back_later_build",
    "start_build",
    "store_approval",
    "unless_changed",
    "withdraw_build",
]
