"""The settings: drafts with their differences, the second person, the roster, the export."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from muniment import cli, models, programme
from muniment.actions import programme as actions
from muniment.programme import letters
from muniment.programme.folder import editing, writing
from muniment.queries import editions
from muniment.rulebook.words import OFFICE_ROLES, Role
from tests import seconds
from tests.pages import rows

READ = Callable[[str], Client]
HOME = "/office/settings/"
FEES = f"{HOME}edit/fees.yaml/"
LETTER = f"{HOME}edit/letters/received.md/"
ROSTER = f"{HOME}roster/"


@pytest.fixture
def staffed(office: rows.Office) -> rows.Office:
    """The office with an administrator, and people enough to walk every step."""
    for name in ("tess", "edie", "supriya", "chen"):
        person = office.people[name]
        person.identity_verified_at, person.identity_verified_by = rows.NOW, office.system
        person.save()
    for name in ("tess", "edie", "supriya"):
        for role in OFFICE_ROLES - {Role.CHAIR}:
            models.RoleGrant.objects.create(
                person=office.people[name], programme=office.programme, role=role.value,
                from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
            )  # fmt: skip
    return office


def home(office: rows.Office) -> models.Programme:
    return models.Programme.objects.get(pk=office.programme.pk)


def text_of(name: str) -> str:
    return editing.texts(rows.bundle())[name]


def save(as_: READ, place: str, text: str) -> Any:
    return as_("tess").post(place, {"do": "save", "text": text})


def dearer() -> str:
    was = text_of("fees.yaml")
    assert "30000" in was
    return was.replace("30000", "35000", 1)


def drafted(as_: READ) -> str:
    """A draft with another fee; the address of its page."""
    return str(save(as_, FEES, dearer())["Location"])


def test_the_administrator_sees_editions_files_and_the_mode(
    staffed: rows.Office, as_: READ
) -> None:
    text = as_("tess").get(HOME).content.decode()
    for words in ("2026.1", "In force", "fees.yaml", "letters/received.md", "If available"):
        assert words in text
    assert text.count("btn-primary") == 1


def test_an_edit_is_a_draft_that_shows_its_difference_and_changes_nothing(
    staffed: rows.Office, as_: READ
) -> None:
    place = drafted(as_)
    page = as_("tess").get(place).content.decode()
    for words in ("Edition 2026.2", "Draft", "fees.yaml", "-  amount_minor: 30000",
                  "+  amount_minor: 35000"):  # fmt: skip
        assert words in page
    assert home(staffed).active_edition.number == 1  # type: ignore[union-attr]
    assert editions.active_bundle(home(staffed)) == rows.bundle()


def test_a_draft_is_put_in_force_with_a_second_person(staffed: rows.Office, as_: READ) -> None:
    place = drafted(as_)
    alone = as_("tess").post(place, {"do": "activate", "second_person": ""})
    assert alone.status_code == 409
    second = staffed.people["edie"].public_id
    given = {"do": "activate", "second_person": second}
    assert seconds.post(as_("tess"), as_("edie"), place, given) == 302
    bundle = editions.active_bundle(home(staffed))
    assert (bundle.edition, bundle["fees"]["base"]["amount_minor"]) == ("2026.2", 35000)


def test_the_calendar_in_force_is_put_in_force_for_running_requests_too(
    staffed: rows.Office, as_: READ
) -> None:
    button, place = 'value="calendar"', f"{HOME}1/"
    assert as_("tess").post(drafted(as_), {"do": "calendar"}).status_code == 404  # a draft
    assert button in as_("tess").get(place).content.decode()
    assert as_("audra").post(place, {"do": "calendar"}).status_code == 409
    assert home(staffed).calendar_edition is None
    assert as_("tess").post(place, {"do": "calendar"}).status_code == 302
    assert home(staffed).calendar_edition == home(staffed).active_edition
    assert button not in as_("tess").get(place).content.decode()


def test_a_letter_is_shown_as_it_will_read(staffed: rows.Office, as_: READ) -> None:
    place = save(as_, LETTER, text_of("letters/received.md") + "\nAsked by {{asker_role}}.\n")
    page = as_("tess").get(place["Location"]).content.decode()
    assert "How it will read" in page
    assert "Who asks, as a role" in page


@pytest.mark.parametrize(
    ("name", "was", "then", "reads"),
    [
        ("fees.yaml", "amount_minor: 30000", "amount_minor: 35000", "350.00"),
        ("calendar.yaml", "days: 45", "days: 44", "44 days"),
        ("criteria.yaml", "The link is weak.", "It is hardly there.", "It is hardly there."),
        ("roster.yaml", "- checker", "- acting_chair", "Acting chair"),
        ("letters/received.md", "Dear {{person_name}}", "Hello {{person_name}}", "Hello ["),
    ],
)
def test_how_a_text_will_read_is_shown_before_an_edition_is_made(
    staffed: rows.Office, as_: READ, name: str, was: str, then: str, reads: str
) -> None:
    """What readers see of it: amounts, days, what each score means, the letter."""
    place, text = f"{HOME}edit/{name}/", text_of(name)
    assert was in text
    before = as_("tess").get(place).content.decode()
    assert "Nothing is saved yet." not in before
    typed = {"do": "preview", "text": text.replace(was, then, 1)}
    page = as_("tess").post(place, typed).content.decode()
    shown = page.split("Nothing is saved yet.")[1]
    assert reads in shown
    assert then in unescape(page.split("</textarea>")[0]), "what was typed stays"
    wrong = as_("tess").post(place, {"do": "preview", "text": "base: ["}).content.decode()
    assert ("Nothing is saved yet." in wrong) == name.startswith("letters/")
    assert home(staffed).editions.count() == 1


def test_a_roster_is_edited_and_one_that_cannot_take_every_step_is_refused(
    staffed: rows.Office, as_: READ
) -> None:
    edit, told = f"{HOME}edit/roster.yaml/", rows.bundle().plain()["roster"]
    people = told["people"]
    assert "roster.yaml" in as_("tess").get(HOME).content.decode()
    shown = as_("tess").get(edit).content.decode()
    assert 'class="form-control font-monospace"' in shown, "columns of a text stand in line"
    people.append({"person": "office-5", "roles": [Role.CHECKER.value]})
    made = save(as_, edit, writing.as_yaml(told))
    assert made.status_code == 302
    assert "office-5" in as_("tess").get(made["Location"]).content.decode()
    people.pop()
    for each in people:
        each["roles"] = [role for role in each["roles"] if role != Role.CHECKER.value]
    page = save(as_, edit, writing.as_yaml(told))
    assert page.status_code == 200
    assert "roster.yaml:" in page.content.decode()
    assert home(staffed).editions.count() == 2


def test_a_roster_that_was_edited_off_line_is_shown_as_it_will_read(
    staffed: rows.Office, as_: READ
) -> None:
    sections = rows.bundle().plain()
    roles = [Role.POLICY_OFFICER, Role.CHECKER]
    fifth = {"person": "office-5", "roles": [role.value for role in roles]}
    sections["roster"]["people"].append(fifth)
    loaded = actions.load_programme_edition(
        home(staffed), programme.Bundle.from_data(sections),
        actor=staffed.acting("tess", Role.ADMINISTRATOR), now=rows.NOW,
    )  # fmt: skip
    page = as_("tess").get(f"{HOME}{loaded.number}/").content.decode()
    shown = page.split("The smallest office that can take every step")[1]
    assert "office-5" in shown
    assert ", ".join(role.label for role in roles) in shown


def test_a_letter_that_a_new_edition_leaves_out_is_told_as_a_change_only(
    staffed: rows.Office, as_: READ
) -> None:
    sections, here = rows.bundle().plain(), home(staffed)

    def loaded(label: str) -> models.ProgrammeEdition:
        sections["programme"]["edition"] = label
        return actions.load_programme_edition(
            here, programme.Bundle.from_data(sections),
            actor=staffed.acting("tess", Role.ADMINISTRATOR), now=rows.NOW,
        )  # fmt: skip

    entries, optional = sections["letters"]["letters"], "season-s-greetings"
    assert optional not in letters.REQUIRED
    entries.append({**entries[0], "id": optional})
    sections["letter_texts"][optional] = sections["letter_texts"][entries[0]["id"]]
    here.active_edition = loaded("2026.2")
    here.save()
    entries.pop()
    del sections["letter_texts"][optional]
    page = as_("tess").get(f"{HOME}{loaded('2026.3').number}/").content.decode()
    assert f"letters/{optional}.md" in page
    assert "How it will read" not in page


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        (FEES, "base: [", "fees.yaml:"),
        (FEES, "", "Fill in “"),
        (LETTER, "Dear {{no_such_name}},", "letters/received.md:1"),
        (FEES, None, "Nothing was changed"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_with_its_line_and_nothing_is_kept(
    staffed: rows.Office, as_: READ, place: str, text: str | None, said: str
) -> None:
    page = save(as_, place, text_of("fees.yaml") if text is None else text)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert home(staffed).editions.count() == 1


def test_only_some_files_are_edited_in_the_browser(staffed: rows.Office, as_: READ) -> None:
    for name in ("programme.yaml", "policy.yaml", "letters/none.md", "../secret"):
        assert as_("tess").get(f"{HOME}edit/{name}/").status_code == 404
    with pytest.raises(KeyError):
        editing.changed(rows.bundle(), "policy.yaml", "", label="2")


def test_the_mode_of_the_second_person_is_changed_with_a_reason(
    staffed: rows.Office, as_: READ
) -> None:
    second = staffed.people["edie"].public_id
    given = {"do": "mode", "mode": "always", "reason": "", "second_person": second}
    assert as_("tess").post(HOME, given).status_code == 200
    done = as_("tess").post(HOME, {**given, "reason": "The auditors asked for it."})
    assert done.status_code == 302
    assert "Always: a second person" in as_("tess").get(HOME).content.decode()


def test_an_earlier_edition_is_retired_with_a_reason(staffed: rows.Office, as_: READ) -> None:
    place, second = drafted(as_), staffed.people["edie"].public_id
    given = {"do": "retire", "reason": "Its fees are wrong.", "second_person": second}
    assert seconds.post(as_("tess"), as_("edie"), f"{HOME}1/", given) == 409
    assert as_("tess").post(place, {**given, "reason": ""}).status_code == 200
    assert seconds.post(as_("tess"), as_("edie"), place, given) == 302
    page = as_("tess").get(place).content.decode()
    assert "Its fees are wrong." in page
    assert "Put this edition in force" not in page


def test_an_edition_is_exported_as_a_folder_that_is_the_same(
    staffed: rows.Office, as_: READ, tmp_path: Path
) -> None:
    answer = as_("tess").get(f"{HOME}1/folder.zip")
    assert answer["Content-Disposition"] == 'attachment; filename="centra-2026.1.zip"'
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    assert programme.read(tmp_path / "centra-2026.1") == rows.bundle()


def seat(as_: READ, who: str = "stan", by: str = "tess", **more: str) -> Any:
    given = {"do": "seat", "email": f"{who}@example.org", "seat": "alternate",
             "fills": "advocate", "from_on": "2026-12-01", "until_on": "", "second_person": "",
             **more}  # fmt: skip
    return as_(by).post(ROSTER, given)


def test_a_member_is_seated_and_the_seat_ended(staffed: rows.Office, as_: READ) -> None:
    person = staffed.people["stan"]
    person.identity_verified_at, person.identity_verified_by = rows.NOW, staffed.system
    person.save()
    second = staffed.people["edie"].public_id
    asked = seat(as_, second_person=second)["Location"]
    assert as_("edie").post(asked, {"do": "confirm"}).status_code == 302
    assert seat(as_, second_person=second).status_code == 302
    page = as_("tess").get(ROSTER).content.decode()
    for words in ("Stan Example", "Alternate member", "1 Dec 2029", "Begins later"):
        assert words in page
    assert page.count("Patient advocate") == 3, "his seat, a choice, and nobody holds it now"
    grant = models.RoleGrant.objects.get(person=person)
    given = {"do": "end", "seat": str(grant.pk), "reason": ""}
    assert as_("tess").post(ROSTER, given).status_code == 409
    assert as_("tess").post(ROSTER, {**given, "reason": "Moved."}).status_code == 302
    assert "Stan Example" not in as_("tess").get(ROSTER).content.decode()


def test_what_ends_with_a_seat_is_said_before_and_what_is_lacking_after(
    staffed: rows.Office, as_: READ
) -> None:
    chair = staffed.programme.grants.get(role=Role.CHAIR)
    member = staffed.programme.grants.filter(role=Role.MEMBER).first()
    member.seat = "oncology"
    member.save()
    page = as_("tess").get(ROSTER)
    assert "Chair" not in page.context["empty"], "there is one seat for a chair"
    assert "Oncologist" in page.context["empty"], "one of two"
    told = {each.grant.pk: lost for each, _, _, lost in page.context["seats"]}
    assert told[chair.pk] == [
        "Nobody would hold this seat of the committee: Chair.",
        "Nobody would hold this office: Chair.",
    ]
    assert sum(map(bool, told.values())) == 1, "others hold what the other members hold"
    assert "Nobody would hold this office: Chair." in page.content.decode()
    assert page.context["lacking"] == []
    given = {"do": "end", "seat": str(chair.pk), "reason": "Moved."}
    assert as_("tess").post(ROSTER, given).status_code == 302, "it is a warning and no wall"
    page = as_("tess").get(ROSTER)
    assert page.context["lacking"] == ["Nobody holds this office: Chair."]
    assert "What the office lacks" in page.content.decode()
    draft = drafted(as_)
    assert as_("tess").get(draft).context["lacking"] == [], "an acting chair can lead"
    staffed.programme.grants.filter(role=Role.FINANCE).delete()
    assert "a person is needed as finance." in as_("tess").get(draft).content.decode()


def test_the_command_says_what_would_be_lacking_without_somebody(
    staffed: rows.Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["programme", "people"]) == 0
    assert "every step finds somebody" in capsys.readouterr().out
    assert cli.main(["programme", "people", "--without", "chen@example.org"]) == 1
    assert "Nobody would hold this office: Chair." in capsys.readouterr().out.splitlines()
    staffed.programme.grants.filter(role=Role.CHAIR).delete()
    assert cli.main(["programme", "people"]) == 1
    assert "Nobody holds this office: Chair." in capsys.readouterr().out
    for asked, said in (
        (["--without", "nobody@example.org"], "Nobody with this address is in office today."),
        (["--programme", "none"], "There is no such program."),
    ):
        assert cli.main(["programme", "people", *asked]) == 1
        assert said in capsys.readouterr().err


def test_who_is_not_known_is_not_seated(staffed: rows.Office, as_: READ) -> None:
    second = staffed.people["edie"].public_id
    assert seat(as_, second_person=second).status_code == 409
    assert "Nobody with this address" in seat(as_, "nobody").content.decode()
    for key in ("0", "x", "99999"):
        gone = as_("tess").post(ROSTER, {"do": "end", "seat": key, "reason": "No."})
        assert gone.status_code == 404


def test_the_chair_sees_the_roster_and_no_other_settings(staffed: rows.Office, as_: READ) -> None:
    assert "Give the seat" in as_("chen").get(ROSTER).content.decode()
    assert as_("chen").get(HOME).status_code == 404


def test_the_auditor_reads_and_changes_nothing(staffed: rows.Office, as_: READ) -> None:
    text = as_("audra").get(HOME).content.decode()
    assert "Put this mode in force" not in text
    assert FEES not in text
    assert as_("audra").get(FEES).status_code == 404
    assert "Give the seat" not in as_("audra").get(ROSTER).content.decode()
    assert as_("audra").get(f"{HOME}1/folder.zip").status_code == 200
    given = {"do": "mode", "mode": "never", "reason": "No.", "second_person": ""}
    assert as_("audra").post(HOME, given).status_code == 409


@pytest.mark.parametrize("name", ["cora", "fay", "alice", "stan"])
def test_others_find_nothing(staffed: rows.Office, as_: READ, name: str) -> None:
    for place in (HOME, FEES, ROSTER, f"{HOME}1/", f"{HOME}1/folder.zip"):
        assert as_(name).get(place).status_code == 404
        assert Client().get(place).status_code == 401
    assert as_("tess").get(f"{HOME}99/").status_code == 404
