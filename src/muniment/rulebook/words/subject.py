"""What a step is about: the row that is locked, and the ledger chain that gets the entry."""

from muniment.rulebook.words.word import Word


class Subject(Word):
    """The noun behind the button."""

    CASE = "case", "A request, or a change to one."
    ENQUIRY = "enquiry", "A question asked before applying."
    PROGRAMME = "programme", "The program and its editions."
    CATALOGUE = "catalogue", "The information list, its datasets and their editions."
    QUESTION = "question", "A question to the applicant or to the office inside a case."
    PART = "part", "The part of a specification that concerns one dataset edition."
    MEETING = "meeting", "A meeting of the committee."
    AGREEMENT = "agreement", "A Data Use Agreement with one institution."
    INVOICE = "invoice", "What is owed for a case, and what was paid."
    LINE = "line", "What one recipient agreement gets of one part or of linked parts."
    BUILD = "build", "One version of the files of a release line."
    DELIVERY = "delivery", "One way in which a released build reaches a recipient."
    PERSON = "person", "A person, with roles and proofs."
