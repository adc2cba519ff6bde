"""The programme's own rules: editions, settings, roster, calendars, method policy."""

from muniment.rulebook.step import Step
from muniment.rulebook.words import Fact, Role, Subject

STEPS = (
    Step(
        name="load_programme_edition",
        says="Load a program edition as a draft.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.PROGRAMME_CHECKED,),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="activate_programme_edition",
        says="Put a program edition in force from a day.",
        by=(Role.ADMINISTRATOR,),
        needs=(
            Fact.PROGRAMME_CHECKED,
            Fact.ROSTER_WALKS_EVERY_STEP,
            Fact.SECOND_PERSON_PRESENT,
        ),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="retire_programme_edition",
        says="Retire a program edition from new requests; submitted requests keep it.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.REASON_GIVEN, Fact.SECOND_PERSON_PRESENT),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="change_second_person_mode",
        says="Change when a second person is asked for: never, if available, always.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.REASON_GIVEN, Fact.SECOND_PERSON_PRESENT, Fact.COOLED_OFF),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="seat_member",
        says="Seat a member, an alternate or the chair on the committee for a term.",
        by=(Role.ADMINISTRATOR, Role.CHAIR),
        needs=(Fact.PERSON_VERIFIED, Fact.SECOND_PERSON_PRESENT),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="end_seat",
        says="End a seat on the committee.",
        by=(Role.ADMINISTRATOR, Role.CHAIR),
        needs=(Fact.REASON_GIVEN,),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="activate_calendar",
        says="Put a calendar of business days in force; every due date is computed again.",
        by=(Role.ADMINISTRATOR, Role.COORDINATOR),
        needs=(Fact.PROGRAMME_CHECKED,),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
    Step(
        name="change_method_policy",
        says="Change the method policy; whoever does counts as a builder from then on.",
        by=(Role.DATA_ENGINEER, Role.STATISTICIAN),
        needs=(Fact.REASON_GIVEN, Fact.EVERY_FIELD_CLASSED, Fact.SECOND_PERSON_PRESENT),
        subject=Subject.PROGRAMME,
        room="programme",
    ),
)
