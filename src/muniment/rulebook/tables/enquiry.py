"""Enquiries: a question before applying becomes an answer, a draft, a redirect or a letter."""

from muniment.rulebook.step import Step
from muniment.rulebook.words import Fact, Role, Subject

OFFICE = (Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER)

STEPS = (
    Step(
        name="ask_enquiry",
        says="Ask the office a question before applying.",
        by=(Role.ANYONE,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="record_enquiry",
        says="Record a question that came by mail or telephone.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        needs=(Fact.ORIGINAL_KEPT,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="take_enquiry",
        says="Take an inquiry as its owner.",
        by=OFFICE,
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="answer_enquiry",
        says="Answer an inquiry.",
        by=OFFICE,
        needs=(Fact.FIGURES_PROTECTED,),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="write_again",
        says="Write again in one's own inquiry.",
        by=(Role.ANYONE,),
        needs=(Fact.ENQUIRY_YOURS,),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="turn_enquiry_into_draft",
        says="Turn an inquiry into a draft request of the person who asked.",
        by=(Role.COORDINATOR,),
        needs=(Fact.ENQUIRER_KNOWN,),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="redirect_enquiry",
        says="Tell the person who asked where the data can be had instead.",
        by=OFFICE,
        needs=(Fact.POINTER_GIVEN,),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="issue_support_letter",
        says="Issue a letter that states availability so far, without guarantee of fulfillment.",
        by=(Role.COORDINATOR,),
        needs=(Fact.FIGURES_PROTECTED, Fact.SECOND_PERSON_PRESENT),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
    Step(
        name="close_enquiry",
        says="Close an inquiry that needs nothing more.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        needs=(Fact.ENQUIRY_ANSWERED,),
        never=(Fact.ENQUIRY_CLOSED,),
        subject=Subject.ENQUIRY,
        room="enquiry",
    ),
)
