"""Deliveries: how a released build reaches people, and how it stops reaching them."""

from muniment.rulebook.step import Step
from muniment.rulebook.words import Fact, Role, Stage, Subject

RECIPIENTS = (Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR, Role.TEAM_MEMBER)
STOPPED = (Fact.ACCESS_SUSPENDED, Fact.BUILD_WITHDRAWN, Fact.ON_HOLD)

STEPS = (
    Step(
        name="register_key",
        says="Register a key for encrypted delivery.",
        by=RECIPIENTS,
        needs=(Fact.SECOND_FACTOR_FRESH,),
        subject=Subject.PERSON,
        room="release",
    ),
    Step(
        name="confirm_key",
        says="Confirm the fingerprint of a recipient's key by another channel.",
        by=(Role.COORDINATOR, Role.DATA_ENGINEER),
        needs=(Fact.PERSON_VERIFIED,),
        subject=Subject.PERSON,
        room="release",
    ),
    Step(
        name="open_delivery",
        says="Open a download window for a recipient.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        at=(Stage.ACTIVE,),
        needs=(Fact.BUILD_RELEASED, Fact.KEY_CONFIRMED),
        never=STOPPED,
        subject=Subject.DELIVERY,
        room="release",
    ),
    Step(
        name="download",
        says="Download a delivery; each download is put on record.",
        by=RECIPIENTS,
        at=(Stage.ACTIVE,),
        needs=(
            Fact.BUILD_RELEASED,
            Fact.ACCESS_OPEN,
            Fact.DOWNLOAD_WINDOW_OPEN,
            Fact.SECOND_FACTOR_FRESH,
        ),
        never=STOPPED,
        subject=Subject.DELIVERY,
        room="release",
    ),
    Step(
        name="confirm_receipt",
        says="Confirm that the delivery arrived and its manifest was verified.",
        by=RECIPIENTS,
        at=(Stage.ACTIVE,),
        needs=(Fact.BUILD_RELEASED, Fact.ACCESS_OPEN),
        subject=Subject.DELIVERY,
        room="release",
    ),
    Step(
        name="close_delivery",
        says="Close a download window whose time is over.",
        by=(Role.SYSTEM,),
        needs=(Fact.DOWNLOAD_WINDOW_OPEN, Fact.TIME_IS_UP),
        subject=Subject.DELIVERY,
        room="release",
    ),
    Step(
        name="tell_recipients",
        says="Tell every recipient of a release to stop using, replace or destroy it.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        needs=(Fact.BUILD_RELEASED, Fact.REASON_GIVEN),
        subject=Subject.BUILD,
        room="release",
    ),
)
