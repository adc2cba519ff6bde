"""Only an approved plan becomes a release, and only while nothing about it has changed."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import approval, manifest, plan, refusals, release, signatures, terms
from muniment.dataplane.extract import staging
from muniment.dataplane.release import gather
from muniment.dataplane.spec import specification, terminologies
from tests.dataplane import tables
from tests.dataplane.extract import builds

ASKED = tables.specification(variables={"subjects": ["USUBJID", "SEX", "STATE"]})


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def refusal(place: builds.Bench, **more: object) -> refusals.Refusal:
    """The first reason why the build of ASKED is refused; nothing may be left behind."""
    asked = more.pop("asked", ASKED)
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, **more)
    assert not (place.root / "out").exists()
    assert not (place.root / "receipts").exists()
    return refused.value.refusals[0]


def test_an_approved_plan_becomes_a_release_that_names_its_errand(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    built = place.build(ASKED, paper=paper)
    assert built.manifest["kind"] == "release"
    assert {name: built.manifest[name] for name in builds.ERRAND.document()} == (
        builds.ERRAND.document()
    )
    assert built.manifest["terms_hash"] == paper.terms.hash
    assert built.manifest["plan_hash"] == paper.plan.hash
    assert built.manifest["specification_hash"] == specification.parse(ASKED).hash
    readme = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "Request R-2026-1, agreement A-7, line L-3, build 1." in readme
    assert "agreement A-7" in (built.folder / "LICENSE.txt").read_text(encoding="utf-8")


def test_without_an_approval_it_is_a_rehearsal_and_says_so(place: builds.Bench) -> None:
    built = place.build(ASKED)
    assert built.manifest["kind"] == "rehearsal"
    assert built.manifest["request"] is None
    assert "not a release" in (built.folder / "README.md").read_text(encoding="utf-8")


def test_an_edited_method_policy_stops_the_build_and_is_named(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    edited = {"policy": "x", "edition": "1", "fields": {"subjects.STATE": {"method": "keep"}}}
    found = refusal(place, paper=paper, override=edited)
    assert found.code == "plan-changed"
    assert found.params == {"differs": ["method_policy"]}
    assert "the method policy" in found.message


def test_an_edited_specification_stops_the_build(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    edited = copy.deepcopy(ASKED)
    edited["parts"][0]["tables"][0]["variables"].append({"name": "BMI", "reason": "More."})
    found = refusal(place, paper=paper, asked=edited)
    assert found.code == "plan-changed"
    assert found.params["differs"] == ["specification"]


def _cell(folder: Path) -> None:
    path = folder / "subjects.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",F,", ",M,", 1), encoding="utf-8")


def _unused_table(folder: Path) -> None:
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("E-999999,S-00001,RASH,Y,1,2013-01-01\n")


def _descriptor_title(folder: Path) -> None:
    _edit(folder, lambda shape: shape.__setitem__("title", "Another title"))


@pytest.mark.parametrize("change", [_cell, _unused_table, _descriptor_title])
def test_changed_contents_of_the_holding_stop_the_build(
    place: builds.Bench, change: Callable[[Path], None]
) -> None:
    paper = place.approved(ASKED)
    change(place.folder)
    found = refusal(place, paper=paper)
    assert found.code == "plan-changed"
    assert found.params["differs"] == ["holding_content_hashes"]


def _edit(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    change(shape)
    path.write_text(json.dumps(shape), encoding="utf-8")


def test_a_loosened_rule_in_the_descriptor_stops_the_build(place: builds.Bench) -> None:
    paper = place.approved(ASKED)

    def loosen(shape: dict[str, object]) -> None:
        shape["resources"][0]["schema"]["fields"][5]["muniment"]["release"] = {"method": "keep"}

    _edit(place.folder, loosen)
    assert refusal(place, paper=paper).params["differs"] == ["method_policy"]


def test_a_lowered_threshold_stops_the_build(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    _edit(place.folder, lambda shape: shape["muniment"].__setitem__("k", 2))
    assert refusal(place, paper=paper).params["differs"] == ["thresholds"]


def test_another_choice_of_parts_stops_the_build(place: builds.Bench) -> None:
    asked = copy.deepcopy(ASKED)
    asked["parts"].append(copy.deepcopy(asked["parts"][0]) | {"id": "p2"})
    paper = place.approved(asked, part_ids=["p1"])
    assert refusal(place, asked=asked, paper=paper).params["differs"] == ["parts"]
    built = place.build(asked, paper=paper, part_ids=["p1"])
    assert [part["part"] for part in built.manifest["parts"]] == ["p1"]


@pytest.mark.parametrize(
    ("key", "kinds", "differs"),
    [
        (builds.OTHER_LINE_KEY, staging.KINDS, ["line_key"]),
        (builds.LINE_KEY, ("parquet", "csv", "dta"), ["kinds"]),
        (builds.LINE_KEY, ("parquet",), ["kinds"]),
        (builds.OTHER_LINE_KEY, ("csv",), ["kinds", "line_key"]),
    ],
)
def test_another_key_of_the_pseudonyms_and_other_forms_stop_the_build(
    place: builds.Bench, key: bytes, kinds: tuple[str, ...], differs: list[str]
) -> None:
    order = replace(place.order(ASKED, paper=place.approved(ASKED)), kinds=kinds)
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=release.Keys(key, builds.SIGNER))
    [reason] = refused.value.refusals
    assert (reason.code, reason.params) == ("plan-changed", {"differs": differs})
    assert not (place.root / "out").exists()


def test_the_paper_names_the_key_and_does_not_show_it(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    assert paper.line_key == approval.named(builds.LINE_KEY)
    assert paper.line_key != approval.named(builds.OTHER_LINE_KEY)
    assert len(bytes.fromhex(paper.line_key)) == 16
    assert paper.line_key not in builds.LINE_KEY.hex()


def test_a_genuine_paper_of_version_1_builds_nothing(place: builds.Bench) -> None:
    """It says neither whose key makes the pseudonyms nor in which forms the tables leave."""
    document = json.loads(signed(place, plan_of=lambda p: None))
    for member in ("signature", "key_id", "line_key", "kinds"):
        del document[member]
    before = signatures.sign({**document, "muniment_approval": 1}, key=builds.APPROVER)
    with pytest.raises(refusals.Refused, match="plan the build again and have it authorized"):
        approval.opened(before, key=builds.APPROVER.public_key())


def signed(place: builds.Bench, *, plan_of: Callable[[dict[str, object]], None]) -> bytes:
    """A genuine approval of a plan that someone had bent before it was signed."""
    order = place.order(ASKED)
    drawn = gather.draw(gather.Given(order.asked, order.folders, {}))
    document = drawn.plan.document()
    plan_of(document)
    return approval.sign(
        drawn.terms,
        plan.Plan(document),
        errand=builds.ERRAND,
        parts=["p1"],
        line_key=approval.named(builds.LINE_KEY),
        kinds=staging.KINDS,
        key=builds.APPROVER,
        signed_at=builds.NOW,
    )


def test_a_plan_of_another_compiler_stops_the_build(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: p.__setitem__("compiler_version", "another"))
    paper = approval.opened(data, key=builds.APPROVER.public_key())
    found = refusal(place, paper=paper)
    assert found.params["differs"] == ["compiler_version"]


def test_a_plan_with_a_member_too_many_stops_the_build(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: p.__setitem__("also", 1))
    paper = approval.opened(data, key=builds.APPROVER.public_key())
    assert refusal(place, paper=paper).params["differs"] == ["also"]


def test_a_paper_whose_plan_belongs_to_other_terms_is_refused(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: p.__setitem__("terms_hash", "sha256:00"))
    with pytest.raises(refusals.Refused) as refused:
        approval.opened(data, key=builds.APPROVER.public_key())
    assert refused.value.code == "plan-changed"


def test_every_member_of_an_approval_is_under_the_signature(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: None)
    document = json.loads(data)
    for member in document:
        bent = {**document, member: "other"}
        with pytest.raises(refusals.Refused) as refused:
            approval.opened(specification.canonical(bent), key=builds.APPROVER.public_key())
        assert refused.value.code in {"bad-signature", "other-key"}, member


def test_a_byte_too_many_and_another_spelling_are_refused(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: None)
    spelled = json.dumps(json.loads(data)).encode()
    upper = data.replace(
        json.loads(data)["signature"].encode(), json.loads(data)["signature"].upper().encode()
    )
    for bent in (data + b"\n", spelled, upper):
        with pytest.raises(refusals.Refused) as refused:
            approval.opened(bent, key=builds.APPROVER.public_key())
        assert refused.value.code == "bad-signature"


def test_an_approval_by_another_key_is_refused(place: builds.Bench) -> None:
    data = signed(place, plan_of=lambda p: None)
    with pytest.raises(refusals.Refused) as refused:
        approval.opened(data, key=Ed25519PrivateKey.generate().public_key())
    assert refused.value.code == "other-key"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"not json", b'{"muniment_approval":2}'])
def test_what_is_no_approval_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(refusals.Refused) as refused:
        approval.opened(data, key=builds.APPROVER.public_key())
    assert str(refused.value).startswith("The approval file ")


def test_a_signed_manifest_is_no_approval(place: builds.Bench) -> None:
    paper = place.approved(ASKED)
    built = place.build(ASKED, paper=paper)
    data = (built.folder / manifest.NAME).read_bytes()
    with pytest.raises(refusals.Refused) as refused:
        approval.opened(data, key=builds.SIGNER.public_key())
    assert refused.value.code == "not-a-document"


def test_an_approval_names_its_whole_errand(place: builds.Bench) -> None:
    with pytest.raises(refusals.Refused, match="must name request, agreement, line and build"):
        place.approved(ASKED, errand=manifest.Errand(request="R-1"))


def test_a_holding_that_changes_during_the_build_stops_it(place: builds.Bench) -> None:
    from muniment.dataplane.extract.watch import Watch

    def meddle(what: str, done: int, of: int) -> None:
        if what.startswith("measure"):
            _unused_table(place.folder)

    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    with pytest.raises(refusals.Refused) as refused:
        release.build(place.order(ASKED), keys=keys, watch=Watch(meddle))
    assert refused.value.code == "plan-changed"
    assert list((place.root / "out").iterdir()) == []


def test_terms_hold_everything_that_decides_what_leaves(place: builds.Bench) -> None:
    order = place.order(ASKED)
    drawn = gather.draw(gather.Given(order.asked, order.folders, {}))
    document = drawn.terms.document()
    assert set(document) == {
        "muniment_terms", "specification", "method_policy", "thresholds",
        "reference_tables", "editions",
    }  # fmt: skip
    assert document["method_policy"] == {
        "small@2026.1": {
            "policy": "descriptor",
            "edition": None,
            "fields": {
                "subjects.USUBJID": {"method": "pseudonym"},
                "subjects.SEX": {"method": "keep"},
                "subjects.STATE": {"method": "rare_merge", "minimum": 11, "into": "Other"},
            },
        }
    }
    assert drawn.terms.canonical() == specification.canonical(document)
    assert drawn.plan.canonical() == specification.canonical(drawn.plan.document())
    assert terms.Terms(json.loads(drawn.terms.canonical())).hash == drawn.terms.hash


def test_the_zip_tables_that_a_policy_uses_are_in_the_terms(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    rule = {"method": "zip3", "tables": ["2020", "2010"]}
    override = {"policy": "zip", "edition": "1", "fields": {"subjects.STATE": rule}}
    order = place.order(ASKED, override=override)
    drawn = gather.draw(gather.Given(order.asked, order.folders, order.overrides))
    assert list(drawn.terms.document()["reference_tables"]) == ["zip3-2010", "zip3-2020"]


UNDER = {"variable": "TERM", "is": "under", "value": ["BREAST"], "of": "oncotree"}
ICD = {"variable": "TERM", "is": "under", "value": ["C50"], "of": "icd-10-cm"}


@pytest.mark.parametrize(
    ("cohort", "where", "trees"),
    [
        ({"exists": {"table": "events", "where": UNDER}}, None, ["oncotree"]),
        ({"not": {"first": {"table": "events", "by": "ONSET", "where": None, "then": ICD}}},
         UNDER, ["icd-10-cm", "oncotree"]),
        ({"count": {"table": "events", "where": {"any": [ICD]}, "is": "at_least", "value": 1}},
         None, ["icd-10-cm"]),
        ({"variable": "STATE", "is": "under", "value": ["C50"], "of": "icd-10-cm"},
         None, ["icd-10-cm"]),
        ({"exists": {"table": "events", "where": None}}, None, []),
        (None, UNDER, ["oncotree"]),
    ],
)  # fmt: skip
def test_every_code_tree_that_decides_who_is_in_is_in_the_terms(
    place: builds.Bench, cohort: dict, where: dict | None, trees: list[str]
) -> None:
    asked = tables.specification(variables={"subjects": ["USUBJID"]}, cohort=cohort)
    derived = {"name": "X", "is": "any_of", "table": "events", "where": where, "reason": "x"}
    age = {"name": "Y", "is": "age_at", "born": "START", "at": "START", "reason": "x"}
    asked["parts"][0]["derived"] = [derived, age]
    order = place.order(asked)
    drawn = gather.draw(gather.Given(order.asked, order.folders, {}))
    found = drawn.terms.document()["reference_tables"]
    assert found == {name: terminologies.tree_hash(name) for name in trees}


def test_a_code_tree_that_was_edited_after_the_approval_stops_the_build(
    place: builds.Bench,
) -> None:
    """The paper is genuine and of the tree as it was: one whose file had another hash."""
    asked = copy.deepcopy(ASKED)
    asked["parts"][0]["cohort"] = {"not": {"exists": {"table": "events", "where": UNDER}}}
    order = place.order(asked)
    drawn = gather.draw(gather.Given(order.asked, order.folders, {}))
    assert place.build(asked, paper=place.approved(asked)).manifest["kind"] == "release"
    before = {"reference_tables": {"oncotree": "sha256:" + "0" * 64}}
    then = terms.Terms(drawn.terms.document() | before)
    data = approval.sign(
        then,
        plan.Plan(drawn.plan.document() | {"terms_hash": then.hash}),
        errand=builds.ERRAND,
        parts=["p1"],
        line_key=approval.named(builds.LINE_KEY),
        kinds=staging.KINDS,
        key=builds.APPROVER,
        signed_at=builds.NOW,
    )
    paper = approval.opened(data, key=builds.APPROVER.public_key())
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, paper=paper)
    assert refused.value.refusals[0].params["differs"] == ["reference_tables"]
    assert "a reference table" in str(refused.value)
