"""The method policy of a holding: replaced as a whole, never edited, and by whom is remembered."""

import hashlib
import json
from typing import Any

import pytest

from muniment import models
from muniment.actions import classifying, release
from muniment.demo import releasing
from muniment.rulebook.words import Role
from tests import seconds
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

STELLA = ("stella", Role.STATISTICIAN)
POLICY: dict[str, Any] = {
    "policy": "pilot-careful",
    "edition": "2027.1",
    "holding": "sdtm-pilot",
    "fields": {"subjects.AGE": {"method": "top90"}},
}


def pilot() -> models.Holding:
    return models.Holding.objects.get(slug="sdtm-pilot")


def test_a_new_policy_stands_beside_the_old_ones(world: World) -> None:
    world.founded()
    old = pilot().policies.get()
    by = world.by(*STELLA)
    row = classifying.classify_fields(pilot(), POLICY, **by)
    assert json.loads(row.document) == POLICY
    assert row.sha256 == hashlib.sha256(row.document.encode()).hexdigest()
    assert marked(row, "made") == by_and_at(by)
    assert_entered(pilot(), "catalogue.classify_fields", by, values={"policy": row.sha256})
    assert list(pilot().policies.order_by("pk")) == [old, row]


def test_the_policy_is_written_in_one_canonical_way(world: World) -> None:
    world.founded()
    first = classifying.classify_fields(pilot(), POLICY, **world.by(*STELLA))
    turned = dict(reversed(POLICY.items()))
    second = classifying.classify_fields(pilot(), turned, **world.by(*STELLA))
    assert second.sha256 == first.sha256


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fields": {"subjects.SHOE": {"method": "keep"}}}, "unknown-field"),
        ({"fields": {"AGE": {"method": "keep"}}}, "unknown-field"),
        ({"fields": None}, "policy-incomplete"),
        ({"policy": None}, "policy-incomplete"),
        ({"edition": None}, "policy-incomplete"),
    ],
)
def test_a_policy_with_a_fault_is_refused_whole(
    world: World, change: dict[str, Any], code: str
) -> None:
    world.founded()
    document = {name: value for name, value in {**POLICY, **change}.items() if value is not None}
    by = world.by(*STELLA)
    assert refused(lambda: classifying.classify_fields(pilot(), document, **by)) == [code]


def test_only_those_who_keep_the_holding_write_its_policy(world: World) -> None:
    world.founded()
    for who in (("alice", Role.STATISTICIAN), ("dev", Role.CHECKER), ("cora", Role.COORDINATOR)):
        by = world.by(*who)
        assert "not-your-step" in refused(
            lambda by=by: classifying.classify_fields(pilot(), POLICY, **by)
        )


def test_a_second_person_confirms_where_there_is_one(world: World) -> None:
    world.founded()
    world.appoint("milo", Role.STATISTICIAN)
    write, by = classifying.classify_fields, seconds.in_browser(world, *STELLA)

    def attempt(second: str | None) -> object:
        person = None if second is None else world.person(second)
        return write(pilot(), POLICY, second_person=person, **by)

    for nobody in (None, "stella", "alice"):
        assert refused(lambda nobody=nobody: attempt(nobody)) == ["second-person-missing"]
    assert seconds.confirmed(lambda: attempt("milo")) is not None


def test_a_policy_is_replaced_with_a_reason_and_its_writer_is_a_builder(world: World) -> None:
    story = world.after(releasing.build)
    old = pilot().policies.get()
    by = world.by(*STELLA)
    row = classifying.change_method_policy(
        pilot(), POLICY, reason="Ages were too fine.", second_person=world.person("dana"), **by
    )
    assert marked(row, "made") == by_and_at(by)
    values = {"before": old.sha256, "policy": row.sha256, "reason": "Ages were too fine."}
    assert_entered(pilot(), "programme.change_method_policy", by, values=values)
    assert pilot().policies.latest("pk") == row
    world.appoint("stella", Role.CHECKER)
    build = story.build
    assert "check-own-build" in refused(
        lambda: release.check(
            build, package_sha256=build.package_sha256, reason="Fine.",
            **world.by("stella", Role.CHECKER),
        )
    )  # fmt: skip
    assert "plan-changed" in refused(
        lambda: release.check(
            build, package_sha256=build.package_sha256, reason="Fine.",
            **world.by("dev", Role.CHECKER),
        )
    )  # fmt: skip


def test_a_change_has_a_reason_and_something_to_change(world: World) -> None:
    world.founded()
    change = classifying.change_method_policy
    dana = world.person("dana")

    def attempt(holding: models.Holding, **more: Any) -> list[str]:
        given = {"reason": "Finer.", "second_person": dana, **world.by(*STELLA), **more}
        return refused(lambda: change(holding, POLICY, **given))

    assert attempt(pilot(), reason=" ") == ["reason-missing"]
    assert "not-your-step" in attempt(pilot(), **world.by("cora", Role.COORDINATOR))
    census = models.Holding.objects.get(slug="practice-census")
    assert attempt(census) == ["no-policy"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"subjects.AGE": {"method": "guess"}}, "rule-faulty"),
        ({"subjects.USUBJID": {"method": "keep"}}, "direct-loosened"),
        (["subjects.AGE"], "policy-incomplete"),
    ],
)
def test_a_rule_that_cannot_be_read_or_loosens_an_identifier_is_refused(
    world: World, fields: Any, code: str
) -> None:
    world.founded()
    changed = {**POLICY, "fields": fields}
    assert code in refused(
        lambda: classifying.classify_fields(pilot(), changed, **world.by(*STELLA))
    )
