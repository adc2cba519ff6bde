"""The specification: refused whole where it cannot be given, versioned, confirmed by its hash."""

import json
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, catalogue, files, step
from muniment.dataplane.spec import specification as spec
from muniment.rulebook.words import Role
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    refusal_codes,
    specification,
)  # fmt: skip


def put(
    front: Front, case: models.Case, document: Any, version: int = 0, who: str = "alice"
) -> models.Specification:
    actor = front.acting(who)
    return application.put_specification(case, document, version=version, actor=actor, now=START)


def two_parts() -> dict[str, Any]:
    document = specification()
    second = {
        "id": "p2", "holding": "practice-census", "edition": "2026.1", "level": "aggregate",
        "tables": [], "cohort": None, "group_by": [],
    }  # fmt: skip
    return {**document, "parts": [*document["parts"], second]}


def test_a_version_is_canonical_and_its_parts_become_rows(front: Front) -> None:
    case = front.draft()
    row = put(front, case, two_parts())
    read = spec.parse(two_parts())
    assert (row.version, row.document.encode()) == (1, read.canonical())
    assert f"sha256:{row.sha256}" == read.hash
    assert is_marked(row, "made", actor=front.alice, now=START)
    parts = {part.part_id: part for part in case.parts.all()}
    assert (parts["p1"].holding, parts["p1"].level, parts["p1"].track) == (
        front.holdings["sdtm-pilot"], "record", "full",
    )  # fmt: skip
    assert (parts["p2"].level, parts["p2"].track) == ("aggregate", "expedited")
    assert last_entry(case).tag == "application.choose_dataset"


def test_the_track_depends_on_who_applies(front: Front) -> None:
    case = front.draft()
    application.save_section(
        case, "applicant", {"applicant_class": "staff"}, version=0, actor=front.alice, now=START
    )
    put(front, case, specification())
    assert case.parts.get().track == "internal"


def test_the_same_content_makes_no_second_version(front: Front) -> None:
    case = front.draft()
    first = put(front, case, specification())
    again = put(front, case, json.dumps(specification()), version=1)
    assert (first, case.specifications.count()) == (again, 1)


def test_a_part_that_is_not_asked_for_any_more_is_gone(front: Front) -> None:
    case = front.draft()
    put(front, case, two_parts())
    put(front, case, specification(), version=1)
    assert list(case.parts.values_list("part_id", flat=True)) == ["p1"]


def test_a_part_with_figures_is_dropped_and_stays_on_record(front: Front) -> None:
    case = front.draft()
    put(front, case, two_parts())
    models.Availability.objects.create(
        part=case.parts.get(part_id="p2"), outcome="available", protected={}, part_sha256="",
        holding_sha256="", made_at=START, made_by=front.acting("stella"),
    )  # fmt: skip
    put(front, case, specification(), version=1)
    assert case.parts.get(part_id="p2").status == models.Part.Status.DROPPED


def test_the_second_writer_gets_both_documents(front: Front) -> None:
    case = front.draft()
    put(front, case, specification())
    with pytest.raises(application.EditedElsewhere) as refused:
        put(front, case, two_parts())
    assert refused.value.theirs == spec.parse(specification()).document()
    assert refused.value.yours == spec.parse(two_parts()).document()
    assert refused.value.version == 1


@pytest.mark.parametrize(
    ("dataset", "level", "code"),
    [
        ("tapur", "record", "planned-edition"),
        ("cancerlinq", "record", "held-elsewhere"),
        ("books", "record", "not-offered"),
        ("progress-timeline", "record", "public-dataset"),
        ("practice-census", "record", "aggregate-only"),
    ],
)
def test_what_may_not_be_asked_for_is_refused_by_name(
    front: Front, dataset: str, level: str, code: str
) -> None:
    case = front.draft()
    document = specification(holding=dataset, level=level)
    assert refusal_codes(lambda: put(front, case, document)) == [code]
    chosen = refusal_codes(
        lambda: application.choose_dataset(
            case, front.edition(dataset), level=level, actor=front.alice, now=START
        )
    )
    assert chosen == [code]
    assert (case.parts.count(), case.specifications.count()) == (0, 0)


def test_one_bad_part_refuses_the_whole_document(front: Front) -> None:
    case = front.draft()
    document = two_parts()
    document["parts"][1]["holding"] = "tapur"
    assert refusal_codes(lambda: put(front, case, document)) == ["planned-edition"]
    assert (case.parts.count(), front.fresh(case).ledger_length) == (0, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holding": "nowhere"}, "unknown-holding"),
        ({"edition": "1999"}, "unknown-edition"),
        ({"cohort": {"variable": "AGGE", "is": "at_least", "value": 65}}, "unknown-variable"),
        ({"cohort": {"variable": "AGE", "is": "at_least", "value": "x"}}, "impossible-comparison"),
        ({"level": "cell"}, "unknown-word"),
    ],
)
def test_a_document_that_cannot_be_answered_is_refused_with_its_place(
    front: Front, change: dict[str, Any], code: str
) -> None:
    case = front.draft()
    document = specification()
    document["parts"][0].update(change)
    assert refusal_codes(lambda: put(front, case, document)) == [code]
    assert not case.specifications.exists()


def test_what_is_no_document_is_refused_with_a_sentence(front: Front) -> None:
    case = front.draft()
    assert len(refusal_codes(lambda: put(front, case, b"{not json"))) == 1


def test_a_document_may_come_parsed_already(front: Front) -> None:
    row = put(front, front.draft(), spec.parse(specification()))
    assert row.document.encode() == spec.parse(specification()).canonical()


def test_only_writers_write_and_only_while_it_is_written(front: Front) -> None:
    case = front.submitted()
    foreign = refusal_codes(lambda: put(front, case, two_parts(), 1, who="stan"))
    late = refusal_codes(lambda: put(front, case, two_parts(), 1))
    assert (foreign, late) == (["not-your-step"], ["not-being-written"])


def test_a_chosen_dataset_gets_the_next_free_name(front: Front) -> None:
    case = front.draft()
    editions = [front.edition("sdtm-pilot"), front.edition("covid-19-registry")]
    names = [
        application.choose_dataset(case, each, actor=front.alice, now=START).part_id
        for each in editions
    ]
    assert names == ["p1", "p2"]
    assert last_entry(case).tag == "application.choose_dataset"


def original(front: Front) -> models.StoredFile:
    return files.record_file(
        "a" * 64, size=9, media_type="application/pdf", actor=front.acting("cora"), now=START
    )


def drafted(front: Front, case: models.Case, document: Any, **more: Any) -> models.Specification:
    return application.draft_specification(
        case, document, actor=front.acting("stella"), now=START, **more
    )


def test_staff_draft_from_the_applicants_words_and_the_applicant_confirms(front: Front) -> None:
    case = front.draft()
    row = drafted(front, case, specification(), original=original(front))
    assert (row.made_by, row.confirmed_at) == (front.acting("stella"), None)
    assert case.parts.get().holding == front.holdings["sdtm-pilot"]
    assert last_entry(case).tag == "application.draft_specification"
    application.confirm_specification(case, sha256=row.sha256, actor=front.alice, now=START)
    assert is_marked(row, "confirmed", actor=front.alice, now=START)
    assert last_entry(case).tag == "application.confirm_specification"


def test_staff_draft_nothing_without_the_applicants_words(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(lambda: drafted(front, case, specification()))
    assert codes == ["original-missing"]


def test_an_invalid_draft_is_refused_with_every_fault(front: Front) -> None:
    case = front.draft()
    document = specification()
    document["parts"][0]["tables"][0]["variables"][0]["name"] = "AGGE"
    codes = refusal_codes(lambda: drafted(front, case, document, original=original(front)))
    assert codes == ["specification-invalid", "unknown-variable"]
    assert not case.specifications.exists()


def test_what_is_confirmed_is_what_was_shown(front: Front) -> None:
    case = front.draft()
    first = put(front, case, specification())
    put(front, case, two_parts(), version=1)
    codes = refusal_codes(
        lambda: application.confirm_specification(
            case, sha256=first.sha256, actor=front.alice, now=START
        )
    )
    assert codes == ["edited-elsewhere"]
    assert not case.specifications.filter(confirmed_at__isnull=False).exists()


def test_nothing_is_confirmed_where_there_is_nothing(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(
        lambda: application.confirm_specification(case, sha256="", actor=front.alice, now=START)
    )
    assert codes == ["specification-invalid"]


def test_what_was_recalled_since_is_not_confirmed(front: Front) -> None:
    case = front.draft()
    row = put(front, case, specification())
    catalogue.withdraw_edition(
        front.programme, front.edition("sdtm-pilot"), actor=front.acting("stella"), now=START,
        reason="A site asked for it.",
    )  # fmt: skip
    case = front.fresh(case)
    codes = refusal_codes(
        lambda: application.confirm_specification(
            case, sha256=row.sha256, actor=front.alice, now=START
        )
    )
    assert codes == ["withdrawn-edition"]


def test_a_withdrawn_edition_refuses_the_whole_document_and_the_choice(front: Front) -> None:
    begun, case = front.draft(), front.draft()
    before = put(front, begun, specification())
    catalogue.withdraw_edition(
        front.programme, front.edition("sdtm-pilot"), actor=front.acting("stella"), now=START,
        reason="A site asked for it.",
    )  # fmt: skip

    def chosen() -> models.Part:
        edition = front.edition("sdtm-pilot")
        return application.choose_dataset(case, edition, actor=front.alice, now=START)

    for attempt in (
        lambda: put(front, case, two_parts()),
        lambda: put(front, front.fresh(begun), two_parts(), before.version),
        chosen,
    ):
        with pytest.raises(step.Refused) as refused:
            attempt()
        assert [str(reason) for reason in refused.value.reasons] == [
            "withdrawn-edition: This dataset edition is withdrawn; choose another edition."
        ]
    assert (case.parts.count(), case.specifications.count()) == (0, 0)
    assert front.fresh(case).ledger_length == 0
    assert (begun.parts.count(), begun.specifications.get()) == (1, before)


def test_the_applicant_alone_confirms(front: Front) -> None:
    case = front.draft()
    row = put(front, case, specification())
    codes = refusal_codes(
        lambda: application.confirm_specification(
            case, sha256=row.sha256, actor=front.acting("stan", Role.APPLICANT), now=START
        )
    )
    assert codes == ["not-your-step"]


def test_a_dataset_that_the_pinned_edition_does_not_know_is_on_the_full_track(
    front: Front,
) -> None:
    case = front.draft()
    new = models.Dataset.objects.create(
        programme=front.programme, slug="brand-new", title="Brand new", status="open",
        information_type="trials",
    )  # fmt: skip
    edition = models.DatasetEdition.objects.create(dataset=new, label="1", entry={})
    part = application.choose_dataset(case, edition, actor=front.alice, now=START)
    assert part.track == "full"
