"""From a signed agreement to files that left: lines, builds, checks, deliveries."""

from .bringing import ask_to_bring, bring_in_files
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
from .deliveries import (
    close_delivery,
    confirm_receipt,
    open_delivery,
    record_not_packed,
    record_packed,
    record_told,
    tell_recipients,
)
from .downloads import Leave, begin_bytes, download
from .keys import confirm_key, offer_key, register_key
from .lines import open_further_line, open_line
from .running import ask_for_plan, note_progress
from .samples import forget_samples, note_look, record_sample, view_sample_rows

__all__ = [
    "Leave",
    "Package",
    "ask_for_plan",
    "ask_to_bring",
    "authorize_build",
    "begin_bytes",
    "bring_in_files",
    "cancel_build",
    "check",
    "close_delivery",
    "confirm_key",
    "confirm_receipt",
    "download",
    "fail_build",
    "finish_build",
    "finish_further_build",
    "finishing",
    "forget_samples",
    "note_look",
    "note_progress",
    "offer_key",
    "open_delivery",
    "open_further_line",
    "open_line",
    "plan_build",
    "record_not_packed",
    "record_packed",
    "record_sample",
    "record_told",
    "register_key",
    "release",
    "release_later_build",
    "send_back_build",
    "send_back_further_build",
    "send_back_later_build",
    "start_build",
    "store_approval",
    "tell_recipients",
    "unless_changed",
    "view_sample_rows",
    "withdraw_build",
]
