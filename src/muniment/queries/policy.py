"""The sharing policy held against a case: the evaluator's facts, gathered from rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from muniment import models, programme
from muniment.programme import clocks, conditions, duo, forms, policy
from muniment.programme.findings import Finding, Result
from muniment.queries import asked, editions
from muniment.queries.house import people

# What the form calls a kind of research, and the ontology's short form for it.
KINDS = {"general": "GRU", "health": "HMB", "disease": "DS", "ancestry": "POA", "methods": "MDS"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the evaluator is given of a case: the pinned edition, the present one, and the facts."""

    bundle: programme.Bundle
    current: programme.Bundle
    facts: Mapping[str, Any]
    parts: tuple[Mapping[str, Any], ...]
    purpose: duo.Purpose


def inputs_of(case: models.Case, *, now: datetime) -> Inputs:
    """The facts of a case as they are now."""
    bundle = editions.bundle_of(case.edition)
    answers = forms.flat(asked.answers_of(case))
    specification = asked.parsed(asked.find_specification(case))
    linked = specification is not None and bool(specification.links)
    overdue = _has_overdue_duty(case.applicant, today=clocks.local_day(bundle, now))
    return Inputs(
        bundle,
        editions.active_bundle(case.programme),
        {
            "answers": answers,
            "request": {"kind": case.kind, "linked": linked},
            "applicant": {"duties_open": overdue, **_barred(case, now)},
        },
        tuple(_part_facts(part, now) for part in asked.live_parts(case)),
        purpose_of(bundle, answers),
    )


@dataclass(frozen=True, slots=True)
class Advice:
    """What an automatic rule says of a draft; `dataset` is a title, empty for the whole request."""

    title: str
    dataset: str
    reason: str


def advise(case: models.Case) -> list[Advice]:
    """The automatic rules that a draft does not meet as it stands; never a decision.

    Only what its writers typed and chose is held against them. What only the office knows stays
    unsaid (availability, embargo), and so does what is the applicant's own matter (duties, a bar);
    a rule about the whole request says nothing before every answer that it looks at is given. A
    fixed number of queries.
    """
    bundle, current = editions.bundle_of(case.edition), editions.active_bundle(case.programme)
    answers = forms.flat(asked.answers_of(case))
    specification = asked.parsed(asked.find_specification(case))
    linked = specification is not None and bool(specification.links)
    parts = list(asked.live_parts(case))
    titles = {
        part.dataset_edition.dataset.slug: part.dataset_edition.dataset.title for part in parts
    }
    rules = {bound.rule["id"]: bound.rule for bound in policy.in_force(bundle, current)}
    findings = policy.judge(
        bundle,
        facts={"answers": answers, "request": {"kind": case.kind, "linked": linked}},
        parts=tuple(_chosen(part) for part in parts),
        purpose=purpose_of(bundle, answers),
        current=current,
    )
    return [
        Advice(rules[each.rule]["title"], titles.get(each.dataset, ""), each.reason)
        for each in findings
        if each.automatic and each.result is Result.NOT_MET
        if each.dataset or _is_answered(rules[each.rule], answers)
    ]


def _chosen(part: models.Part) -> dict[str, Any]:
    """What a part asks for; what was found of it is the office's to say."""
    edition = part.dataset_edition
    return {"dataset": edition.dataset.slug, "edition": edition.label, "level": part.level}


def _is_answered(rule: policy.Rule, answers: Mapping[str, Any]) -> bool:
    return all(conditions.find(answers, name) is not None for name in policy.fields_of(rule))


def judge(
    case: models.Case,
    *,
    now: datetime,
    judgements: Mapping[tuple[str, str], policy.Judgement] | None = None,
) -> list[Finding]:
    """Every rule's result for the case now, with what people judged in this round.

    `judgements` (rule and dataset -> decision) are tried on top of those on record.
    """
    given = inputs_of(case, now=now)
    return policy.judge(
        given.bundle,
        facts=given.facts,
        parts=given.parts,
        purpose=given.purpose,
        judgements={**_judged(case), **(judgements or {})},
        current=given.current,
    )


def findings_of(case: models.Case) -> QuerySet[models.PolicyFinding]:
    """The results on record that stand in the present round."""
    return case.findings.filter(round=case.round, superseded_at__isnull=True)


def purpose_of(bundle: programme.Bundle, answers: Mapping[str, Any]) -> duo.Purpose:
    """What the answers say of the purpose; what a form does not ask stays unsaid."""
    kinds = answers.get("use_kinds")
    classes = {each["id"]: each for each in bundle["programme"]["applicant_classes"]}
    applies_as = classes.get(answers.get("applicant_class", ""))
    named = [row.get("mondo") for row in answers.get("diseases") or ()]
    return duo.Purpose(
        kinds=frozenset(KINDS[kind] for kind in kinds or () if kind in KINDS),
        diseases=tuple(disease for disease in named if disease),
        non_profit_organization=None if applies_as is None else not applies_as["commercial"],
        commercial=answers.get("commercial_use"),
        genetic=answers.get("genetic_study"),
        ancestry=None if kinds is None else "ancestry" in kinds,
        country=answers.get("institution_country"),
        person=(answers.get("applicant") or {}).get("name"),
        institution=answers.get("institution_name"),
        project=answers.get("title"),
        collaborator=answers.get("study_collaborator"),
        ethics_document=answers.get("ethics_status") in ("approved", "exempt", "not-needed"),
        starts_on=_day(answers.get("starts_on")),
        ends_on=_day(answers.get("ends_on")),
    )


def _judged(case: models.Case) -> dict[tuple[str, str], policy.Judgement]:
    """What people decided in this round."""
    rows = findings_of(case).filter(automatic=False).exclude(result=Result.NEEDS_PERSON.value)
    return {
        (row.rule, row.dataset): policy.Judgement(Result(row.result), row.reason) for row in rows
    }


def _part_facts(part: models.Part, now: datetime) -> dict[str, Any]:
    found = asked.live_answer(part)
    until = found.embargoed_until if found else None
    return {
        "dataset": part.dataset_edition.dataset.slug,
        "edition": part.dataset_edition.label,
        "level": part.level,
        "availability": found.outcome if found else None,
        "embargoed": None if found is None else until is not None and until > now,
    }


def _has_overdue_duty(person: models.Person, *, today: date) -> bool:
    """Whether a report or a certificate of destruction of an earlier request is late."""
    reports = models.Report.objects.filter(
        case__applicant=person, due_on__lt=today, filed_at__isnull=True
    )
    destructions = models.Destruction.objects.filter(
        agreement__case__applicant=person, due_on__lt=today, certified_at__isnull=True
    )
    return reports.exists() or destructions.exists()


def _barred(case: models.Case, now: datetime) -> dict[str, bool]:
    """Whether the programme itself barred somebody here; of other lists it knows nothing."""
    today = editions.today(case.programme, now)
    return {"debarred": True} if people.list_barring(case, None, today=today) else {}


def _day(answer: Any) -> date | None:
    try:
        return date.fromisoformat(answer) if answer else None
    except (TypeError, ValueError):
        return None
