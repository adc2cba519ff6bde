"""People: who they are, which offices they hold, and what they leave behind."""

from muniment.rulebook.step import Step
from muniment.rulebook.words import OFFICE_ROLES, Fact, Role, Subject

OFFICES = tuple(role for role in Role if role in OFFICE_ROLES)

STEPS = (
    Step(
        name="verify_person",
        says="Record how a person's identity was proven.",
        by=(Role.ADMINISTRATOR, Role.COORDINATOR),
        needs=(Fact.REASON_GIVEN,),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="grant_role",
        says="Give a person an office, from a day until a day.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.PERSON_VERIFIED, Fact.SECOND_PERSON_PRESENT, Fact.COOLED_OFF),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="end_role",
        says="End a person's office.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.REASON_GIVEN,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="reset_credential",
        says="Reset the sign-in of a person who holds an office.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.PERSON_VERIFIED, Fact.SECOND_PERSON_PRESENT, Fact.COOLED_OFF),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="confirm_as_second_person",
        says="Confirm, as a second person, what somebody else asked for.",
        by=OFFICES,
        never=(Fact.ASKED_FOR_IT,),
        subject=Subject.PROGRAMME,
        room="people",
    ),
    Step(
        name="declare_absence",
        says="Declare an absence and name a substitute.",
        by=OFFICES,
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="confirm_training",
        says="Confirm a training certificate and its date of expiry.",
        by=(Role.COORDINATOR,),
        needs=(Fact.ORIGINAL_KEPT,),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="debar",
        says="Bar a person or institution from new requests until a day, with the reason.",
        by=(Role.DETERMINING_OFFICER,),
        needs=(Fact.REASON_GIVEN, Fact.SECOND_PERSON_PRESENT),
        never=(Fact.SAME_PERSON,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="erase_person",
        says="Erase a person's data that no duty asks to keep.",
        by=(Role.ADMINISTRATOR,),
        needs=(Fact.REASON_GIVEN, Fact.SECOND_PERSON_PRESENT),
        never=(Fact.DUTIES_OPEN,),
        subject=Subject.PERSON,
        room="people",
    ),
    Step(
        name="erase_again",
        says="Erase again whom an older copy of the database brought back.",
        by=(Role.SYSTEM,),
        subject=Subject.PERSON,
        room="people",
    ),
)
