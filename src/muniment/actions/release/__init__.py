"""From a signed agreement to files that left: lines, builds, checks, deliveries."""

from .builds import (
    authorize_build,
    cancel_build,
    check,
    fail_build,
    finish_build,
    plan_build,
    release,
    send_back_build,
    start_build,
    store_approval,
    unless_changed,
    withdraw_build,
)
from .deliveries import confirm_receipt, open_delivery
from .lines import open_further_line, open_line

__all__ = [
    "authorize_build",
    "cancel_build",
    "check",
    "confirm_receipt",
    "fail_build",
    "finish_build",
    "open_delivery",
    "open_further_line",
    "open_line",
    "plan_build",
    "release",
    "send_back_build",
    "start_build",
    "store_approval",
    "unless_changed",
    "withdraw_build",
]
