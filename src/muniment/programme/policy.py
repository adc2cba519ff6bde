"""The sharing policy: every rule judged once for the request or once for each part.

A rule is *automatic* (its test decides), *judged* (a named person decides) or *stated* (shown to
readers; the rulebook enforces it). Whatever the facts do not decide needs a person; whatever
nobody has decided is not allowed.

Facts, all optional, by name:

    answers.<field>      the form's answers
    request.kind         data, collaboration, both
    applicant.debarred   and other facts that staff hold
    part.dataset part.edition part.level part.availability part.embargoed part.links
    dataset.<key>        the dataset's entry in the information list
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import conditions, duo, information
from .bundle import Bundle
from .findings import Finding, Result, overall

Rule = Mapping[str, Any]
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided where a person had to: met, not met or an obligation; and why."""

    result: Result
    reason: str


Judgements = Mapping[tuple[str, str], Judgement]  # (rule id, dataset slug or "") -> decision


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule as it binds a case, with the policy edition that its text comes from."""

    rule: Rule
    edition: str


def judge(
    edition: Bundle,
    *,
    facts: Facts,
    parts: Sequence[Mapping[str, Any]],
    purpose: duo.Purpose,
    judgements: Judgements | None = None,
    current: Bundle | None = None,
) -> list[Finding]:
    """Every rule's result with its reason, in the order of the policy.

    `parts` are the `part.*` facts of each part. `current` is the edition in force today, where the
    request is pinned to an older one. A person's judgement counts only where the facts leave the
    rule open: it never turns an automatic no into a yes.
    """
    decided = judgements or {}
    found: list[Finding] = []
    for bound in in_force(edition, current):
        for view in _views(edition, bound.rule, facts, parts):
            found += _findings(bound, view, purpose, decided)
    # Two parts may ask for one dataset: a rule then has one result for both, the worse.
    return _merged(found, key=lambda finding: (finding.rule, finding.dataset))


def in_force(edition: Bundle, current: Bundle | None = None) -> list[Bound]:
    """The rules of the pinned edition, with those that bind at once taken from the current one."""
    label = edition["policy"]["edition"]
    pinned = {rule["id"]: Bound(rule, label) for rule in edition["policy"]["rules"]}
    for rule in current["policy"]["rules"] if current else ():
        before = pinned.get(rule["id"])
        changed = before is None or before.rule != rule
        if changed and rule.get("binds") == "at_once" and current:
            pinned[rule["id"]] = Bound(rule, current["policy"]["edition"])
    return list(pinned.values())


def by_rule(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each rule: the worst over its datasets, with the reasons that made it so."""
    return _merged(findings, key=lambda finding: finding.rule)


def _merged(findings: Iterable[Finding], *, key: Callable[[Finding], object]) -> list[Finding]:
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    merged = []
    for group in groups.values():
        result = overall(group)
        reasons = dict.fromkeys(one.reason for one in group if one.result is result)
        one = group[0]
        duty = next((each.duty for each in group if each.duty), "")
        dataset = one.dataset if len({each.dataset for each in group}) == 1 else ""
        reason = " ".join(reasons)
        merged.append(replace(one, result=result, reason=reason, dataset=dataset, duty=duty))
    return merged


def fields_of(rule: Rule) -> list[str]:
    """The fields of the form that a rule looks at, its own test first."""
    written = (rule.get("test"), rule.get("when"), rule.get("duty", {}).get("when"))
    named = [name for each in written if each for name in conditions.facts_named(each)]
    answers = [name.removeprefix("answers.") for name in named if name.startswith("answers.")]
    return list(dict.fromkeys(answers))


def duties(findings: Iterable[Finding]) -> frozenset[str]:
    """The duties that the clauses of the agreement must answer to."""
    return frozenset(finding.duty for finding in findings if finding.duty)


@dataclass(frozen=True, slots=True)
class _View:
    """The facts as one rule sees them, and the dataset they are about."""

    facts: Facts
    dataset: str


def views_of(
    edition: Bundle, rule: Rule, facts: Facts, parts: Sequence[Mapping[str, Any]]
) -> dict[str, Facts]:
    """Dataset (empty: the whole request) -> the facts as one rule sees them."""
    return {view.dataset: view.facts for view in _views(edition, rule, facts, parts)}


def _views(
    edition: Bundle, rule: Rule, facts: Facts, parts: Sequence[Mapping[str, Any]]
) -> Iterator[_View]:
    if rule["kind"] == "stated":
        return
    if rule["applies"] == "request":
        yield _View(facts, "")
        return
    for part in parts:
        entry = information.get_dataset(edition, part["dataset"])
        if rule["applies"] == "part" or rule["id"] in entry.get("restrictions", ()):
            yield _View({**facts, "part": part, "dataset": entry}, part["dataset"])


def _findings(
    bound: Bound, view: _View, purpose: duo.Purpose, decided: Judgements
) -> list[Finding]:
    rule = bound.rule
    applies = conditions.holds(rule["when"], view.facts) if "when" in rule else True
    if applies is False:
        return []
    person = decided.get((rule["id"], view.dataset))
    if rule.get("engine") == "duo":
        return _duo(bound, view, purpose, person)
    answer = None
    if applies and rule["kind"] == "automatic":
        answer = conditions.holds(rule["test"], view.facts)
    if answer is None:
        return [_open(bound, view, person)]
    return [_closed(bound, view, Result.MET if answer else Result.NOT_MET, automatic=True)]


def _open(bound: Bound, view: _View, person: Judgement | None) -> Finding:
    """The facts do not decide: the person who did, or a person who must."""
    if person is None:
        return _closed(bound, view, Result.NEEDS_PERSON, automatic=False)
    finding = _closed(bound, view, person.result, automatic=False)
    return replace(finding, reason=person.reason)


def _closed(bound: Bound, view: _View, result: Result, *, automatic: bool) -> Finding:
    rule, duty = bound.rule, ""
    reason = rule.get("reasons", {}).get(result.value) or rule["text"]
    if result is Result.MET and _binds(rule, view.facts):
        result, duty, reason = Result.OBLIGATION, rule["duty"]["id"], rule["duty"]["text"]
    return Finding(rule["id"], result, reason, bound.edition, view.dataset, automatic, duty)


def _binds(rule: Rule, facts: Facts) -> bool:
    """Whether meeting the rule leaves a duty; an unknown condition leaves it, to be safe."""
    if "duty" not in rule:
        return False
    return "when" not in rule["duty"] or conditions.holds(rule["duty"]["when"], facts) is not False


def is_interoperable(rule: Rule) -> bool:
    """Whether the edition asks a rule of use conditions for the published table's answer."""
    return bool(rule.get("matching") == "interoperability")


def _duo(
    bound: Bound, view: _View, purpose: duo.Purpose, person: Judgement | None
) -> list[Finding]:
    """The rule's own result, then one line for each term that leaves a duty."""
    use = duo.use_of(view.facts["dataset"].get("duo"))
    match = duo.match(
        use, purpose, dataset=view.dataset, interoperable=is_interoperable(bound.rule)
    )
    rule_id = bound.rule["id"]
    if match.result is Result.NEEDS_PERSON and person is not None:
        answer = Finding(rule_id, person.result, person.reason, bound.edition, view.dataset, False)
    else:
        automatic = match.result is not Result.NEEDS_PERSON
        answer = Finding(
            rule_id, match.result, match.reason, bound.edition, view.dataset, automatic
        )
    return [answer, *(line for line in match.lines if line.duty)]
