"""Terms are over the whole specification, whichever of its parts a line delivers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane import approval, policy, refusals, release, terms
from muniment.dataplane.extract import staging
from muniment.dataplane.release import gather
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds

KEEP, DROP = {"method": "keep"}, {"method": "drop"}


class Two:
    """Two holdings, `small` and `other`, and a part of each."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.places = {
            name: builds.Bench.at(root / name, holding=name) for name in ("small", "other")
        }
        self.asked = of_both("small", "other")

    @property
    def folders(self) -> dict[tuple[str, str], Path]:
        return {(name, "2026.1"): place.folder for name, place in self.places.items()}

    def drawn(
        self, *parts: str, overrides: policy.Overrides | None = None, version: int = terms.VERSION
    ) -> gather.Drawn:
        given = gather.Given(
            specification.parse(self.asked), self.folders, overrides or {}, version=version
        )
        return gather.draw(given, part_ids=parts or None)

    def order(
        self, part: str, *, overrides: policy.Overrides, paper: approval.Approval | None
    ) -> release.Order:
        plain = self.places["small"].order(self.asked, paper=paper, part_ids=[part])
        return replace(plain, folders=self.folders, overrides=overrides)

    def built(
        self,
        part: str,
        *,
        overrides: policy.Overrides | None = None,
        drawn: gather.Drawn | None = None,
        key: bytes = builds.LINE_KEY,
    ) -> release.Built:
        """A release of one part; approved as drawn now, or as `drawn`."""
        paper = signed(drawn or self.drawn(part, overrides=overrides), key=key)
        order = self.order(part, overrides=overrides or {}, paper=paper)
        return release.build(order, keys=release.Keys(key, builds.SIGNER))


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def of_both(first: str, second: str) -> dict[str, object]:
    """Two parts: people with sex and state, and people with their age and first day."""
    one = tables.specification(variables={"subjects": ["USUBJID", "SEX", "STATE"]}, holding=first)
    two = tables.specification(variables={"subjects": ["USUBJID", "AGE"]}, holding=second)
    one["parts"].append(two["parts"][0] | {"id": "p2"})
    return one


def signed(drawn: gather.Drawn, *, key: bytes = builds.LINE_KEY) -> approval.Approval:
    data = approval.sign(
        drawn.terms, drawn.plan, errand=builds.ERRAND, parts=[part.id for part in drawn.parts],
        line_key=approval.named(key), kinds=staging.KINDS,
        key=builds.APPROVER, signed_at=builds.NOW,
    )  # fmt: skip
    return approval.opened(data, key=builds.APPROVER.public_key())


def ruled(name: str, edition: str = "1", **fields: Mapping[str, object]) -> policy.Override:
    named = {f"subjects.{field}": rule for field, rule in fields.items()}
    return policy.read({"policy": name, "edition": edition, "fields": named})


def refusal(two: Two, part: str, drawn: gather.Drawn, **more: object) -> refusals.Refusal:
    with pytest.raises(refusals.Refused) as refused:
        two.built(part, drawn=drawn, **more)
    assert not (two.root / "small" / "out").exists()
    return refused.value.refusals[0]


def test_two_lines_have_the_terms_that_were_signed_and_each_a_plan_of_its_own(two: Two) -> None:
    asked = specification.parse(two.asked)
    agreed = gather.terms_of(gather.Given(asked, two.folders, {}))
    first, second = two.drawn("p1"), two.drawn("p2")
    assert agreed.hash == first.terms.hash == second.terms.hash == two.drawn().terms.hash
    assert first.plan.hash != second.plan.hash
    listed = [set(each.plan.document()["holding_content_hashes"]) for each in (first, second)]
    assert listed == [{"small@2026.1"}, {"other@2026.1"}]
    document = agreed.document()
    assert set(document["method_policy"]) == {"small@2026.1", "other@2026.1"}
    assert [each["holding"] for each in document["editions"]] == ["other", "small"]


def test_two_parts_of_one_holding_have_one_set_of_terms(two: Two) -> None:
    two.asked = of_both("small", "small")
    assert two.drawn("p1").terms.hash == two.drawn("p2").terms.hash == two.drawn().terms.hash
    rules = two.drawn("p1").terms.document()["method_policy"]["small@2026.1"]["fields"]
    assert {"subjects.STATE", "subjects.AGE"} <= set(rules)
    for part, column in (("p1", "STATE"), ("p2", "AGE")):
        built = two.built(part)
        assert [each["part"] for each in built.manifest["parts"]] == [part]
        assert set(builds.rows(built, "subjects")[0]) >= {"USUBJID", column}


def test_a_line_is_built_under_the_terms_of_both_and_holds_nothing_of_the_other(two: Two) -> None:
    """Every byte of a package is searched for what only the other part has."""
    path = two.places["other"].folder / "subjects.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("S-", "OTHER-"), encoding="utf-8")
    first, second = two.built("p1"), two.built("p2")
    assert first.manifest["terms_hash"] == second.manifest["terms_hash"]
    for built, theirs in ((first, (b"AGE", b"OTHER-", b"p2")), (second, (b"STATE", b"SEX", b"p1"))):
        for name, data in builds.everything(built).items():
            assert not [each for each in theirs if each in data], name


def test_the_same_people_have_other_codes_in_the_other_line(two: Two) -> None:
    """Two parts of one holding: with a key for each line, and even with one for both."""
    two.asked = of_both("small", "small")
    for key in (builds.OTHER_LINE_KEY, builds.LINE_KEY):
        codes = [
            {row["USUBJID"] for row in builds.rows(built, "subjects")}
            for built in (two.built("p1"), two.built("p2", key=key))
        ]
        assert len(codes[0]) == 120
        assert not codes[0] & codes[1]


def test_what_one_part_derives_guards_the_line_of_the_other(two: Two) -> None:
    """A true year in one part gives away the shifted days of another part of its holding."""
    two.asked = of_both("small", "small")
    two.asked["parts"][0]["tables"][0]["variables"].append({"name": "START", "reason": "x"})
    onset = {"name": "events", "variables": [{"name": "ONSET", "reason": "x"}]}
    two.asked["parts"][1]["tables"].append(onset)
    years = policy.read(
        {"policy": "x", "edition": "1", "fields": {"events.ONSET": {"method": "year"}}}
    )
    with pytest.raises(refusals.Refused) as refused:
        two.drawn("p1", overrides={"small": years})
    assert refused.value.code == "year-beside-shift"


def test_each_holding_leaves_by_its_own_policy(two: Two) -> None:
    own = {"small": ruled("of-small", STATE=DROP), "other@2026.1": ruled("of-other", "2", AGE=DROP)}
    named = two.drawn("p1", overrides=own).terms.document()["method_policy"]
    assert [(named[key]["policy"], named[key]["edition"]) for key in sorted(named)] == [
        ("of-other", "2"), ("of-small", "1"),
    ]  # fmt: skip
    assert set(builds.rows(two.built("p1", overrides=own), "subjects")[0]) == {"USUBJID", "SEX"}
    assert set(builds.rows(two.built("p2", overrides=own), "subjects")[0]) == {"USUBJID"}
    alone = {"small": own["small"]}
    named = two.drawn("p2", overrides=alone).terms.document()["method_policy"]
    assert named["other@2026.1"]["policy"] == "descriptor"
    assert set(builds.rows(two.built("p2", overrides=alone), "subjects")[0]) == {"USUBJID", "AGE"}


@pytest.mark.parametrize("name", ["third", "small@2027.1"])
def test_a_policy_for_a_holding_that_is_not_used_is_refused(two: Two, name: str) -> None:
    with pytest.raises(refusals.Refused) as refused:
        two.drawn(overrides={name: ruled("x")})
    assert refused.value.code == "unknown-holding"


def test_a_policy_is_not_taken_for_another_holding_than_it_names(two: Two) -> None:
    other = policy.read({"policy": "x", "edition": "1", "fields": {}, "holding": "other"})
    with pytest.raises(refusals.Refused) as refused:
        two.drawn(overrides={"small": other})
    assert refused.value.code == "unknown-holding"


def test_a_field_of_another_holding_is_unknown_to_a_policy(two: Two) -> None:
    two.asked["parts"][1]["derived"] = [
        {"name": "SEEN", "is": "any_of", "table": "events", "where": None, "reason": "x"}
    ]
    both = {"small": ruled("x", SEEN=DROP), "other": ruled("x", SEEN=DROP)}
    with pytest.raises(refusals.Refused) as refused:
        two.drawn(overrides=both)
    assert [each.code for each in refused.value.refusals] == ["unknown-variable"]
    assert two.drawn(overrides={"other": both["other"]})


@pytest.mark.parametrize("part", ["p1", "p2"])
def test_the_policy_of_either_holding_stops_the_line_of_both(two: Two, part: str) -> None:
    own = {"small": ruled("x", STATE=DROP), "other": ruled("y", AGE=DROP)}
    drawn = two.drawn(part, overrides=own)
    for name in own:
        edited = {**own, name: ruled(own[name].policy)}
        found = refusal(two, part, drawn, overrides=edited)
        assert (found.code, found.params) == ("plan-changed", {"differs": ["method_policy"]})
    assert two.built(part, drawn=drawn, overrides=own)


def test_a_threshold_of_the_other_holding_stops_the_line_and_its_rows_do_not(two: Two) -> None:
    drawn = two.drawn("p1")
    folder = two.places["other"].folder
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("E-999999,S-00001,RASH,Y,1,2013-01-01\n")
    assert two.built("p1", drawn=drawn)
    path = folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["k"] = 2
    path.write_text(json.dumps(shape), encoding="utf-8")
    with pytest.raises(refusals.Refused) as refused:
        two.built("p1", drawn=drawn)
    assert refused.value.refusals[0].params == {"differs": ["thresholds"]}


def test_without_the_other_holding_the_terms_are_others(two: Two) -> None:
    """A part whose holding does not lie here is in no terms, and a line of it is not drawn."""
    drawn, asked = two.drawn("p1"), specification.parse(two.asked)
    alone = {key: path for key, path in two.folders.items() if key[0] == "small"}
    given = gather.Given(asked, alone, {})
    left = gather.draw(given, part_ids=["p1"])
    assert left.terms.hash != drawn.terms.hash
    assert left.terms == gather.terms_of(given)
    assert set(left.terms.document()["method_policy"]) == {"small@2026.1"}
    for drawing in (
        lambda: gather.draw(given, part_ids=["p2"]),
        lambda: gather.terms_of(gather.Given(asked, {}, {})),
    ):
        with pytest.raises(refusals.Refused) as refused:
            drawing()
        assert refused.value.code == "unknown-holding"


SIGNED_IN_VERSION_1 = "sha256:b57a2f988264d2593b3d3665f14ec085a72ef3e93c4c55c6b1c92ae62f1bc29f"
"""The hash of the terms below, as the program wrote them before there was a version 2."""


def test_terms_that_were_signed_in_version_1_are_drawn_again_and_built(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    asked = tables.specification(variables={"subjects": ["USUBJID", "SEX", "STATE"]})
    given, keys = {policy.ALL: ruled("x", STATE=DROP)}, release.Keys(builds.LINE_KEY, builds.SIGNER)
    folders = place.order(asked).folders
    then = gather.draw(gather.Given(specification.parse(asked), folders, given, version=1))
    assert then.terms.hash == SIGNED_IN_VERSION_1
    paper = signed(then)
    built = release.build(replace(place.order(asked, paper=paper), overrides=given), keys=keys)
    assert built.manifest["terms_hash"] == SIGNED_IN_VERSION_1
    with pytest.raises(refusals.Refused) as refused:
        release.build(place.order(asked, paper=paper), keys=keys)
    assert refused.value.refusals[0].params == {"differs": ["method_policy"]}


def test_version_1_knows_one_policy_for_all_holdings_and_no_more(two: Two) -> None:
    """Or a second one, which the signed terms could not tell of, would decide what leaves."""
    everywhere = {policy.ALL: ruled("x", USUBJID=DROP)}
    drawn = two.drawn("p1", overrides=everywhere, version=1)
    named = drawn.terms.document()["method_policy"]
    assert (named["policy"], set(named["fields"])) == ("x", {"small@2026.1", "other@2026.1"})
    assert two.built("p1", drawn=drawn, overrides=everywhere)
    loose = policy.read(
        {"policy": "x", "edition": "1", "fields": {"subjects.USUBJID": DROP},
         "anonymity": {"approach": "generalize"}}
    )  # fmt: skip
    with pytest.raises(refusals.Refused) as refused:
        two.built("p1", drawn=drawn, overrides={**everywhere, "other": loose})
    assert refused.value.refusals[0].params == {"differs": ["method_policy"]}


@pytest.mark.parametrize("found", [None, 3, "1", 1.5])
def test_a_form_that_nobody_knows_is_taken_for_the_newest(found: object) -> None:
    assert terms.version_of({"muniment_terms": found}) == terms.VERSION
    assert terms.version_of({"muniment_terms": 1}) == 1


def test_of_a_described_holding_terms_are_drawn_and_nothing_is_built(two: Two) -> None:
    """Its rules are known before anybody brought files; a line of it is none of ours to plan."""
    path = two.places["other"].folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["kind"] = "described"
    path.write_text(json.dumps(shape), encoding="utf-8")
    assert holding.load(path.parent).kind is holding.Kind.DESCRIBED
    assert "other@2026.1" in two.drawn("p1").terms.document()["method_policy"]
    with pytest.raises(refusals.Refused) as refused:
        two.drawn("p2")
    assert refused.value.code == "described-holding"
