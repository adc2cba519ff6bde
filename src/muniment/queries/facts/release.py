"""Facts of release lines, builds and deliveries. What was signed is compared with what is there."""

import hashlib
import json
from typing import Any

from muniment import models
from muniment.queries import conflicts
from muniment.queries import release as releases
from muniment.rulebook.words import Fact

from .situation import Situation, reads

Build = models.Build


@reads(Fact.LINE_OPEN)
def line_open(here: Situation) -> bool:
    return _line(here).agreement.superseded_at is None


@reads(Fact.FILES_BROUGHT_IN)
def files_brought_in(here: Situation) -> bool:
    """A loaded holding has its files; a described one waits until they are brought in."""
    holding = _line(here).part.holding
    return holding is not None and bool(holding.content_sha256)


@reads(Fact.EVERY_FIELD_CLASSED)
def every_field_classed(here: Situation) -> bool:
    """A field with no declared class cannot leave: of the line's holding, or of the edition's."""
    edition = here.given("edition")
    behind = list(edition.holdings.all()) if edition else [_holding(_line(here))]
    fields = [
        field
        for holding in behind
        for resource in holding.descriptor["resources"]
        for field in resource["schema"]["fields"]
    ]
    return bool(fields) and all("class" in field.get("muniment", {}) for field in fields)


@reads(Fact.STANDING_CHECKED)
def standing_checked(here: Situation) -> bool:
    """A first delivery and its rebuilds need no re-run; later ones of a standing request do.

    What was confirmed holds for the data as they were: other figures are confirmed anew. Once the
    standing request was ended, nothing is planned of an edition of which nothing was.
    """
    line = _line(here)
    found = releases.find_standing(line)
    if found is None:
        return True
    if here.case.standing_ended_at is not None and not releases.is_planned(line.part):
        return False
    return (
        found.confirmed_at is not None
        and found.priced_at is not None
        and releases.has_current_figures(found)
    )


@reads(Fact.STANDING_IN_FORCE)
def standing_in_force(here: Situation) -> bool:
    """The request asked for the series, its day has not come, nobody ended it, and this is of it.

    That is an edition which the step names and which follows that of an approved part, or one whose
    delivery was prepared.
    """
    until = releases.standing_until(here.case)
    if until is None or here.today > until:
        return False
    if here.given("standing") is not None:
        return True
    ahead = releases.list_ahead(here.case)
    return (here.given("part"), here.given("edition")) in ahead


@reads(Fact.BUILD_PLANNED)
def build_planned(here: Situation) -> bool:
    return here.build.state == Build.State.PLANNED


@reads(Fact.BUILD_AUTHORIZED)
def build_authorized(here: Situation) -> bool:
    """An approval file is there for this plan, line and build; the executor checks who signed."""
    build = here.build
    approval = _read(build.plan.approval)
    covers = {
        "plan": _read(build.plan.document),
        "request": build.line.part.case.reference,
        "line": build.line.public_id,
        "build": build.number,
    }
    named = {member: approval.get(member) for member in covers}
    return build.plan.approved_at is not None and named == covers


@reads(Fact.PLAN_MATCHES_APPROVAL)
def plan_matches_approval(here: Situation) -> bool:
    """Every input of the plan is still, byte for byte, what the agreement's Annex B signed."""
    build = here.build
    plan, agreement, holding = build.plan, build.line.agreement, _holding(build.line)
    asked = releases.confirmed(build.line.part.case)
    written = [
        (agreement.text, agreement.text_sha256),
        (agreement.terms, agreement.terms_sha256),
        (plan.document, plan.plan_sha256),
        (asked.document, asked.sha256),
    ]
    if any(_sha256(text) != sha256 for text, sha256 in written):
        return False
    terms, planned = releases.signed_terms(build.line), _read(plan.document)
    return all(
        (
            f"sha256:{agreement.terms_sha256}" in agreement.text,
            _sha256(terms) == plan.terms_sha256,
            planned.get("terms_hash") == f"sha256:{plan.terms_sha256}",
            _read(agreement.terms).get("specification") == _read(asked.document),
            _policies_stand(build.line, _read(terms)),
            _limits_stand(build.line, _read(terms)),
            planned.get("holding_content_hashes", {}).get(f"{holding.slug}@{holding.edition}")
            == f"sha256:{holding.content_sha256}",
        )
    )


def _policies_stand(line: models.ReleaseLine, signed: dict[str, Any]) -> bool:
    """Whether the method policies of all holdings are those that the signed terms took rules from.

    The terms are one document over the whole request, so that a change of one holding's policy
    stops every line of the agreement.
    """
    present = releases.policies_for(line, signed)
    if any(_sha256(each.document) != each.sha256 for each in present.values()):
        return False
    return all(
        _policy_stands(present.get(name, present.get("")), ruled)
        for name, ruled in _signed_rules(signed).items()
    )


def _limits_stand(line: models.ReleaseLine, signed: dict[str, Any]) -> bool:
    """Whether described holdings declare the limits that were signed; unread ones stand for none.

    What they declare is a row of ours, which the office reads and checks by; of a loaded holding it
    lies on the disk, where the executor reads it.
    """
    limits = signed.get("thresholds", {})
    return all(
        releases.find_limits(holding) == limits.get(f"{holding.slug}@{holding.edition}", {})
        for holding in releases.signed_holdings(line, signed)
        if holding.kind == models.Holding.Kind.DESCRIBED
    )


def _signed_rules(signed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was signed of each holding; version 1 names one policy for all."""
    methods = signed.get("method_policy", {})
    if signed.get("muniment_terms") != 1:
        return dict(methods)
    return {name: {**methods, "fields": rules} for name, rules in methods["fields"].items()}


def _policy_stands(policy: models.MethodPolicy | None, signed: dict[str, Any]) -> bool:
    named = (signed.get("policy"), signed.get("edition"))
    if policy is None:
        return named[0] == "descriptor"
    present = _read(policy.document)
    return (present.get("policy"), present.get("edition")) == named and all(
        present.get("fields", {}).get(where, rule) == rule
        for where, rule in signed.get("fields", {}).items()
    )


@reads(Fact.BUILD_RUNNING)
def build_running(here: Situation) -> bool:
    return here.build.state == Build.State.BUILDING


@reads(Fact.BUILD_FINISHED)
def build_finished(here: Situation) -> bool:
    done = {Build.State.BUILT, Build.State.CHECKING, Build.State.RELEASED}
    return here.build.state in done


@reads(Fact.OTHER_BUILD_IN_CHECK)
def other_build_in_check(here: Situation) -> bool:
    others = Build.objects.filter(line__part__case=here.case, state=Build.State.CHECKING)
    return others.exclude(pk=here.build.pk).exists()


@reads(Fact.CHECKS_PASSED)
def checks_passed(here: Situation) -> bool:
    """What the machine found in the package, and that the ethics approval still runs today."""
    checks = here.build.findings.get("checks", {})
    in_date = releases.ethics_in_date(here.case, here.today)
    return bool(checks) and all(checks.values()) and in_date


@reads(Fact.RISK_WITHIN_LIMIT)
def risk_within_limit(here: Situation) -> bool:
    standing = here.given("standing")
    if standing is None:
        risk = here.build.findings.get("risk", {})
    else:
        risk = models.StandingDelivery.objects.get(pk=standing.pk).risk
    return bool(risk) and all(part["within"] for part in risk.values())


@reads(Fact.PACKAGE_UNCHANGED)
def package_unchanged(here: Situation) -> bool:
    """Whoever checks names the hash they looked at; whoever releases relies on the checked one."""
    build, named = here.build, here.given("package_sha256")
    if named is not None:
        return bool(named == build.package_sha256)
    check = build.checks.order_by("-pk").first()
    return check is not None and check.package_sha256 == build.package_sha256


@reads(Fact.BUILT_IT)
def built_it(here: Situation) -> bool:
    return here.person is not None and here.person.pk in _hands(here.build)


@reads(Fact.CHECKED_BY_ANOTHER)
def checked_by_another(here: Situation) -> bool:
    """The last word on the build is a pass, by someone without a hand or a stake in it."""
    build = here.build
    check = build.checks.order_by("-pk").select_related("made_by__person").first()
    if check is None or not check.passed or check.made_by.person is None:
        return False
    checker = check.made_by.person
    return checker.pk not in _hands(build) and not conflicts.conflicted(here.case, checker)


@reads(Fact.BUILD_RELEASED)
def build_released(here: Situation) -> bool:
    return here.build.released_at is not None


@reads(Fact.BUILD_WITHDRAWN)
def build_withdrawn(here: Situation) -> bool:
    return here.build.withdrawn_at is not None


@reads(Fact.DATA_RELEASED)
def data_released(here: Situation) -> bool:
    return Build.objects.filter(line__part__case=here.case, released_at__isnull=False).exists()


def _hands(build: models.Build) -> set[int | None]:
    """Persons, not accounts or roles: whoever planned or started it, or wrote a method policy."""
    policies = models.MethodPolicy.objects.filter(holding__in=_sources(build.line))
    authors = policies.values_list("made_by__person", flat=True)
    actors = (build.made_by, build.plan.made_by, build.started_by)
    return {*authors, *(actor.person_id for actor in actors if actor is not None)}


def _holding(line: models.ReleaseLine) -> models.Holding:
    """What a line is built from; a line opens only on a part that has one."""
    assert line.part.holding is not None
    return line.part.holding


def _sources(line: models.ReleaseLine) -> list[int]:
    """The line's holding, and that of the part it follows: by the policy of either it is built."""
    parts = (line.part, line.part.follows)
    return [each.holding_id for each in parts if each is not None and each.holding_id is not None]


def _line(here: Situation) -> models.ReleaseLine:
    line = here.given("line")
    return line if line is not None else here.build.line


def _read(text: str) -> dict[str, Any]:
    """A stored document; nothing where what is stored is no document."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
