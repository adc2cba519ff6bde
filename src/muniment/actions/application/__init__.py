"""The application: drafted, answered, specified, joined, and submitted."""

from .answers import EditedElsewhere, answer_point, confirm_entry, enter_for_applicant, save_section
from .choosing import drop_dataset
from .copying import copy_as_new
from .counting import record_count, reserve_count
from .drafts import (
    keep_edition,
    make_draft,
    start_draft,
    start_draft_for_applicant,
    take_newer_edition,
)
from .specifying import (
    choose_dataset,
    confirm_specification,
    draft_specification,
    level_of,
    put_specification,
    read_specification,
    start_request_for,
)
from .submitting import (
    resubmit_for_availability,
    resubmit_for_determination,
    resubmit_for_policy,
    resubmit_for_review,
    submit,
    submit_again,
)
from .team import (
    accept_invitation,
    against_joining,
    against_leaving,
    ask_supervisor,
    confirm_supervision,
    end_membership,
    invite_to_team,
    name_supervisor,
)
from .written import against_writing, unless_being_written

__all__ = [
    "EditedElsewhere",
    "accept_invitation",
    "against_joining",
    "against_leaving",
    "against_writing",
    "answer_point",
    "ask_supervisor",
    "choose_dataset",
    "confirm_entry",
    "confirm_specification",
    "confirm_supervision",
    "copy_as_new",
    "draft_specification",
    "drop_dataset",
    "end_membership",
    "enter_for_applicant",
    "invite_to_team",
    "keep_edition",
    "level_of",
    "make_draft",
    "name_supervisor",
    "put_specification",
    "read_specification",
    "record_count",
    "reserve_count",
    "resubmit_for_availability",
    "resubmit_for_determination",
    "resubmit_for_policy",
    "resubmit_for_review",
    "save_section",
    "start_draft",
    "start_draft_for_applicant",
    "start_request_for",
    "submit",
    "submit_again",
    "take_newer_edition",
    "unless_being_written",
]
