"""Who acts. A role is either an office held by grant or a relation to one case."""

from muniment.rulebook.words.word import Word


class Role(Word):
    """Relations to a case first, then the offices, then the two that are neither."""

    APPLICANT = "applicant", "Asks for the data and answers for the request."
    CO_APPLICANT = "co_applicant", "Writes the request together with the applicant."
    SUPERVISOR = "supervisor", "Is the accountable lead where the applicant is a trainee."
    TEAM_MEMBER = "team_member", "Works with the data under the applicant's lead."
    SIGNING_OFFICIAL = "signing_official", "Can bind the institution and signs for it."
    CONTRACTS_CONTACT = "contracts_contact", "Negotiates the agreement for the institution."

    COORDINATOR = "coordinator", "Runs cases from the first question to close-out."
    STATISTICIAN = "statistician", "Answers whether the data exist and are enough."
    POLICY_OFFICER = "policy_officer", "Judges requests against the sharing policy."
    MEMBER = "member", "Sits on the committee."
    CHAIR = "chair", "Leads the committee and signs for it."
    ACTING_CHAIR = "acting_chair", "Leads the committee where the chair is conflicted or away."
    DETERMINING_OFFICER = "determining_officer", "Decides where the committee recommends."
    PROGRAMME_SIGNATORY = "programme_signatory", "Signs agreements for the program, last."
    DATA_ENGINEER = "data_engineer", "Loads holdings and builds releases."
    CHECKER = "checker", "Checks and releases what somebody else built."
    FINANCE = "finance", "Sends invoices and records payments."
    ADMINISTRATOR = "administrator", "Keeps roles, settings and program editions."
    AUDITOR = "auditor", "Reads everything that was recorded and changes nothing in a case."

    ANYONE = "anyone", "Any visitor, signed in or not."
    SYSTEM = "system", "The program's own clock and workers."


CASE_ROLES = frozenset(
    {
        Role.APPLICANT,
        Role.CO_APPLICANT,
        Role.SUPERVISOR,
        Role.TEAM_MEMBER,
        Role.SIGNING_OFFICIAL,
        Role.CONTRACTS_CONTACT,
    }
)
OFFICE_ROLES = frozenset(Role) - CASE_ROLES - {Role.ANYONE, Role.SYSTEM}
