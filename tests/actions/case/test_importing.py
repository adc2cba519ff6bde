"""Earlier requests come in whole or not at all, once, and wait for nobody."""

from dataclasses import replace
from datetime import date

from muniment import models
from muniment.actions.case import importing
from muniment.queries.house import duplicates
from muniment.rulebook.words import Role, Stage
from tests.world_front import Front, is_marked, last_entry, refusal_codes

ROE = importing.Earlier(
    "7", "Dose and age in older adults", "closed", "Dr Ada Roe (Lakeside)", "Lakeside",
    {"summary": "Whether older adults tolerate the same dose."},
    date(2024, 3, 1), date(2024, 3, 20), sound=True,
)  # fmt: skip
LEE = replace(ROE, source_id="8", title="Outcomes of rural practices", end="denied",
              applicant="B Lee", received_on=None, decided_on=None)  # fmt: skip


def bring_in(front: Front, *rows: importing.Earlier, by: str = "cora") -> importing.Imported:
    role = Role.COORDINATOR
    return importing.import_requests(
        front.programme, rows, source="old-office", file_sha256="f" * 64,
        actor=front.acting(by, role), now=front.now,
    )  # fmt: skip


def test_each_row_is_a_case_at_its_end_with_its_words_and_days(front: Front) -> None:
    assert bring_in(front, ROE, LEE) == importing.Imported(2, 0, ())
    case = models.Case.objects.get(origin__source_id="7")
    assert (case.reference, case.title) == ("CENTRA-H-000001", ROE.title)
    assert (case.stage, case.stage_since) == (Stage.CLOSED, date(2024, 3, 20))
    assert case.submitted_on == date(2024, 3, 1)
    assert case.due_on is None
    assert case.sections.get().answers == {
        "register summary": ROE.texts["summary"],
        "register applicant": ROE.applicant,
        "register institution": "Lakeside",
    }
    origin = case.origin
    assert (origin.earlier, origin.sound, origin.decided_on) == (True, True, date(2024, 3, 20))
    assert is_marked(origin, "made", actor=front.acting("cora"), now=front.now)
    other = models.Case.objects.get(origin__source_id="8")
    assert (other.stage, other.submitted_on) == (Stage.DENIED, date(2026, 11, 23))


def test_the_whole_import_is_one_entry_of_the_programmes_ledger(front: Front) -> None:
    bring_in(front, ROE, LEE)
    entry = last_entry(front.programme)
    assert entry.tag == "case.import_requests"
    assert set(entry.values) == {"source", "file", "made", "kept"}


def test_an_applicant_is_one_closed_account_that_nobody_can_write_to(front: Front) -> None:
    bring_in(front, ROE, replace(LEE, applicant=ROE.applicant))
    person = models.Person.objects.get(name=ROE.applicant)
    assert person.cases.count() == 2
    assert not person.is_active
    assert person.email.endswith("@old-office.invalid")
    assert not person.has_usable_password()
    assert not models.Message.objects.filter(to=person).exists()


def test_a_register_is_brought_in_once_however_often_it_comes(front: Front) -> None:
    bring_in(front, ROE)
    front.programme.refresh_from_db()
    changed = replace(ROE, title="Another title altogether")
    assert bring_in(front, changed, LEE) == importing.Imported(1, 1, ("7",))
    assert models.Case.objects.get(origin__source_id="7").title == ROE.title
    assert models.Case.objects.get(origin__source_id="8").reference == "CENTRA-H-000002"
    front.programme.refresh_from_db()
    assert bring_in(front, ROE, LEE) == importing.Imported(0, 2, ())
    front.programme.refresh_from_db()
    assert bring_in(front, replace(ROE, source_id="9")).made == 1
    assert models.Person.objects.filter(name=ROE.applicant).count() == 1


def test_only_the_office_brings_a_register_in(front: Front) -> None:
    assert refusal_codes(lambda: bring_in(front, ROE, by="stan")) == ["not-your-step"]
    assert not models.Origin.objects.exists()


def test_nearly_equal_titles_of_one_applicant_are_named_as_a_pair(front: Front) -> None:
    twin = replace(ROE, source_id="9", title="Dose and age, in older adults.",
                   applicant="Ada Roe (Lakeside)")  # fmt: skip
    others = replace(twin, source_id="10", applicant="Somebody Else")
    short = replace(ROE, source_id="11", title="Dose")
    shorter = replace(ROE, source_id="12", title="Age")
    bring_in(front, ROE, LEE, twin, others, short, shorter)
    pair = duplicates.Pair("CENTRA-H-000001", "CENTRA-H-000003")
    assert duplicates.list_pairs(front.programme) == [pair]
    assert duplicates.list_pairs(front.programme, source="old-office") == [pair]
    assert duplicates.list_pairs(front.programme, source="another") == []


def test_titles_in_other_letters_are_compared_too(front: Front) -> None:
    one = replace(ROE, title="Доза и возраст пациентов", applicant="Ада Роу")
    twin = replace(one, source_id="9", title="Доза и возраст — пациентов")
    other = replace(one, source_id="10", title="Исходы сельских практик")
    bring_in(front, one, twin, other)
    pair = duplicates.Pair("CENTRA-H-000001", "CENTRA-H-000002")
    assert duplicates.list_pairs(front.programme) == [pair]
