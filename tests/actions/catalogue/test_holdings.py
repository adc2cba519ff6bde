"""Holdings: loaded or described, whole or not at all; and an edition that is taken back."""

import copy
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, catalogue
from tests.dataplane import tables
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    letters_to,
    refusal_codes,
    specification,
)  # fmt: skip


def load(front: Front, descriptor: dict[str, Any], **more: Any) -> models.Holding:
    given = {
        "dataset_edition": front.edition("qopi-charts"),
        "content_sha256": "c" * 64,
        "folder": "small",
        "found": (),
        "actor": front.acting("dana"),
        "now": START,
        **more,
    }
    return catalogue.load_holding(front.programme, descriptor, **given)


def test_a_loaded_holding_has_its_descriptor_content_and_folder(front: Front) -> None:
    holding = load(front, tables.descriptor())
    found = models.Holding.objects.get(pk=holding.pk)
    assert (found.slug, found.edition, found.kind) == ("small", "2026.1", "loaded")
    assert (found.content_sha256, found.folder) == ("c" * 64, "small")
    assert found.descriptor == tables.descriptor()
    assert is_marked(found, "made", actor=front.acting("dana"), now=START)
    entry = last_entry(front.programme)
    assert (entry.tag, sorted(entry.values)) == (
        "catalogue.load_holding", ["content", "edition", "holding"],
    )  # fmt: skip


def test_a_holding_with_faults_is_not_loaded(front: Front) -> None:
    codes = refusal_codes(
        lambda: load(front, tables.descriptor(), found=["subjects.csv row 3: AGE is no number."])
    )
    assert codes == ["holding-unchecked"]
    assert not models.Holding.objects.filter(slug="small").exists()


def test_a_malformed_descriptor_is_refused_with_each_place(front: Front) -> None:
    bent = copy.deepcopy(tables.descriptor())
    bent["muniment"] |= {"threshold": 1, "level": "cell"}  # type: ignore[operator]
    codes = refusal_codes(lambda: load(front, bent))
    assert len(codes) == 2
    assert not models.Holding.objects.filter(slug="small").exists()


def test_the_same_edition_is_loaded_once(front: Front) -> None:
    load(front, tables.descriptor())
    assert refusal_codes(lambda: load(front, tables.descriptor())) == ["holding-exists"]


def test_a_described_descriptor_is_not_loaded(front: Front) -> None:
    bent = copy.deepcopy(tables.descriptor())
    bent["muniment"] |= {"kind": "described"}  # type: ignore[operator]
    assert refusal_codes(lambda: load(front, bent)) == ["other-kind"]


@pytest.mark.parametrize("who", ["stella", "dana"])
def test_a_described_holding_has_no_content(front: Front, who: str) -> None:
    bent = copy.deepcopy(tables.descriptor(holding=f"by-{who}"))
    bent["muniment"] |= {"kind": "described"}  # type: ignore[operator]
    holding = catalogue.describe_holding(
        front.programme, bent, dataset_edition=front.edition("qopi-charts"),
        actor=front.acting(who), now=START,
    )  # fmt: skip
    assert (holding.kind, holding.content_sha256, holding.folder) == ("described", "", "")
    assert last_entry(front.programme).tag == "catalogue.describe_holding"


def test_only_those_who_keep_data_describe_them(front: Front) -> None:
    bent = copy.deepcopy(tables.descriptor())
    bent["muniment"] |= {"kind": "described"}  # type: ignore[operator]
    codes = refusal_codes(
        lambda: catalogue.describe_holding(
            front.programme, bent, dataset_edition=front.edition("qopi-charts"),
            actor=front.acting("cora"), now=START,
        )
    )  # fmt: skip
    assert codes == ["not-your-step"]


def withdraw(front: Front, reason: str = "A site asked for it.") -> list[models.Case]:
    return catalogue.withdraw_edition(
        front.programme, front.edition("sdtm-pilot"), actor=front.acting("stella"), now=START,
        reason=reason,
    )  # fmt: skip


def test_withdrawing_an_edition_holds_every_open_case_on_it(front: Front) -> None:
    touched, empty = front.submitted(), front.draft()
    front.programme.refresh_from_db()
    held = withdraw(front)
    edition = front.edition("sdtm-pilot")
    assert held == [touched]
    assert is_marked(edition, "withdrawn", actor=front.acting("stella"), now=START)
    hold = touched.holds.get()
    assert (hold.dataset_edition, hold.lifted_at, hold.made_by) == (edition, None, front.system)
    assert "withdrawn" in hold.reason
    assert not empty.holds.exists()
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=touched.pk)
    assert chain.filter(tag="case.hold_for_edition").count() == 1
    assert last_entry(front.programme).tag == "catalogue.withdraw_edition"
    assert front.fresh(touched).due_on is None
    assert letters_to(front.people["alice"])[-1] == "on-hold"


def test_a_withdrawn_edition_cannot_be_asked_for_again(front: Front) -> None:
    withdraw(front)
    case = front.draft()
    codes = refusal_codes(
        lambda: application.put_specification(
            case, specification(), version=0, actor=front.alice, now=START
        )
    )
    assert codes == ["withdrawn-edition"]


def test_an_edition_is_withdrawn_once_and_with_a_reason(front: Front) -> None:
    assert refusal_codes(lambda: withdraw(front, reason="")) == ["reason-missing"]
    withdraw(front)
    assert refusal_codes(lambda: withdraw(front)) == ["withdrawn-edition"]
