"""What a policy officer gathers before the gate: questions that go out together.

Gathering is an edit. A question becomes a step when it is sent, one step for each.
"""

from datetime import date, datetime

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, questions, step
from muniment.programme import policy
from muniment.queries import editions
from muniment.rulebook import words

GATHERERS = {words.Role.POLICY_OFFICER, words.Role.COORDINATOR}
AT = {words.Stage.AVAILABILITY, words.Stage.POLICY}


def collect_question(
    case: models.Case,
    rule: str,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    dataset: str = "",
) -> models.PolicyQuestion:
    """Keep a question that a rule raised; written again, it replaces the one before."""
    _unless_gathering(case, actor=actor, now=now)
    if not text.strip():
        input_refused.unless_empty([words.Refusal("question-empty", "Write the question.")])
    kept, _ = models.PolicyQuestion.objects.update_or_create(
        case=case, rule=rule, dataset=dataset, sent=None,
        defaults={"text": text.strip(), "made_at": now, "made_by": actor},
    )  # fmt: skip
    return kept


def drop_question(
    case: models.Case, rule: str, *, actor: models.Actor, now: datetime, dataset: str = ""
) -> None:
    """Take a question out of the list again, before anything was sent."""
    _unless_gathering(case, actor=actor, now=now)
    case.policy_questions.filter(rule=rule, dataset=dataset, sent__isnull=True).delete()


def send_questions(
    case: models.Case, *, actor: models.Actor, now: datetime, due_on: date
) -> list[models.Question]:
    """Ask the applicant everything that was gathered, all or nothing; the clock pauses.

    Each question opens the field that its rule looks at.
    """
    with transaction.atomic():
        gathered = list(case.policy_questions.filter(sent__isnull=True).order_by("pk"))
        if not gathered:
            message = "Choose Ask applicant for a rule and write the question."
            input_refused.unless_empty([words.Refusal("no-question", message)])
        fields = fields_by_rule(case)
        sent = []
        for each in gathered:
            asked = questions.ask_blocking_question(
                case, each.text, about=fields.get(each.rule, ""), due_on=due_on,
                actor=actor, now=now,
            )  # fmt: skip
            each.sent = asked
            each.save(update_fields=["sent"])
            sent.append(asked)
    return sent


def fields_by_rule(case: models.Case) -> dict[str, str]:
    """Rule -> the field of the form that it looks at first, where it looks at one."""
    bundle = editions.bundle_of(case.edition)
    named = {rule["id"]: policy.fields_of(rule) for rule in bundle["policy"]["rules"]}
    return {rule: fields[0] for rule, fields in named.items() if fields}


def _unless_gathering(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    step.only_for(GATHERERS, case, actor=actor, now=now)
    if words.Stage(case.stage) not in AT:
        message = "Questions are gathered while the request is screened."
        input_refused.unless_empty([words.Refusal("not-screened-now", message)])
