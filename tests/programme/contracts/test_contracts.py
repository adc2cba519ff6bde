"""The agreement's text and machine copy come from one document, and each tells of the other."""

import hashlib
import json
import warnings

import pytest
import rdflib

from muniment.programme.contracts import odrl, text, wording

ODRL = rdflib.Namespace("http://www.w3.org/ns/odrl/2/")
MU = rdflib.Namespace("urn:muniment:odrl:1:")
DOCUMENT = {
    "muniment_agreement": 1, "kind": "lead", "reference": "CENTRA-2026-0001", "version": 2,
    "title": "Dose and age", "programme": "Society", "institution": "Lakeside", "joins": "Lakeside",
    "lead": "Alice", "supervisor": "", "starts_on": "2026-12-01", "ends_on": "2028-11-30",
    "clauses": [
        {"id": "no-recognition", "number": 1, "title": "Nobody", "text": "Nobody is recognized."},
        {"id": "breach", "number": 2, "title": "Breach", "text": "Tell us."},
        {"id": "law", "number": 3, "title": "Law", "text": "In writing."},
    ],
    "plan": [], "data": [{"slug": "sdtm-pilot", "title": "Pilot", "edition": "2026.1"}],
    "specification": "Adults.", "terms_sha256": "a" * 64, "security": [], "conditions": [],
    "people": [{"name": "Alice", "role": "lead", "from": "Lakeside"}], "fees": None, "verify": "",
}  # fmt: skip


def graph(document: dict[str, object]) -> rdflib.Graph:
    """Read without network: the context is inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the reader, about itself
        return rdflib.Graph().parse(data=odrl.copied(document).decode(), format="json-ld")


def test_the_machine_copy_is_an_odrl_agreement() -> None:
    found = graph(DOCUMENT)
    [one] = found.subjects(rdflib.RDF.type, ODRL.Agreement)
    assert str(one) == "urn:muniment:agreement:CENTRA-2026-0001:lead:2"
    assert found.value(one, ODRL.conflict) == ODRL.prohibit
    assert found.value(one, ODRL.profile) == rdflib.URIRef("urn:muniment:odrl:1")
    [target] = found.objects(one, ODRL.target)
    assert str(target) == "urn:muniment:dataset:sdtm-pilot:2026.1"
    forbidden = [found.value(each, ODRL.action) for each in found.objects(one, ODRL.prohibition)]
    owed = [found.value(each, ODRL.action) for each in found.objects(one, ODRL.obligation)]
    assert (forbidden, owed) == ([MU.recognize], [ODRL.inform])
    assert str(found.value(one, MU.termsSha256)) == "a" * 64
    [permission] = found.objects(one, ODRL.permission)
    assert len(list(found.objects(permission, ODRL.constraint))) == 3


def test_every_clause_is_in_the_copy_by_the_hash_of_its_words() -> None:
    clauses = json.loads(odrl.copied(DOCUMENT))["mu:clauses"]
    assert [each["clause"] for each in clauses] == ["no-recognition", "breach", "law"]
    assert clauses[2]["textSha256"] == hashlib.sha256(b"In writing.").hexdigest()


def test_linkage_is_told_where_it_was_approved() -> None:
    linked = {"id": "linkage", "number": 4, "title": "Linkage", "text": "As approved."}
    document = {**DOCUMENT, "clauses": [linked]}
    assert json.loads(odrl.copied(document))["permission"][0]["mu:linkage"] is True


def test_the_text_quotes_the_copy_so_that_neither_changes_alone() -> None:
    assert odrl.sha256(DOCUMENT) in text.written(DOCUMENT)
    other = {**DOCUMENT, "ends_on": "2030-01-01"}
    assert odrl.sha256(other) != odrl.sha256(DOCUMENT)
    assert text.written(other) != text.written(DOCUMENT)


def test_annexes_say_what_there_is() -> None:
    fees = {"version": 1, "valid_until": "2027-01-01", "total": "USD 5.00",
            "lines": [{"what": "Base", "amount": "USD 5.00"}]}  # fmt: skip
    document = {
        **DOCUMENT, "kind": "joinder", "supervisor": "Stan", "fees": fees,
        "verify": "https://x.example/verify/abc/", "conditions": ["Send the letter."],
        "security": [{"label": "Where?", "text": "Here."}],
        "plan": [{"label": "Aims", "text": "To know."}],
        "people": [{"name": "Alice", "role": "lead", "from": ""}],
    }  # fmt: skip
    told = text.written(document)
    for part in (
        "# Joinder to the Data Use Agreement", "Stan answers for the project", "- Send the letter.",
        "**Where?** Here.", "**Aims.** To know.", "Total: USD 5.00", "- Alice, lead\n",
        "is said at https://x.example/verify/abc/",
    ):  # fmt: skip
        assert part in told


def test_annex_e_says_what_is_kept_and_what_has_to_be_accepted_anew() -> None:
    """Agreements of before did not, and say the same as ever."""
    fees = {"version": 1, "valid_until": "2027-01-01", "total": "USD 5.00", "lines": []}
    before = text.written({**DOCUMENT, "fees": fees})
    nothing = text.written({**DOCUMENT, "fees": {**fees, "kept": "", "overrun": ""}})
    assert before.partition("## Machine copy")[0] == nothing.partition("## Machine copy")[0]
    assert "Total: USD 5.00\n\n## Machine copy" in before
    told = text.written({**DOCUMENT, "fees": {**fees, "kept": "USD 3.00", "overrun": "10 %"}})
    assert (
        "Total: USD 5.00\n\nOf the total, USD 3.00 before tax is not refunded once work has begun."
        "\n\nIf the real cost is more than 10 % above the total, it has to be accepted anew.\n\n"
    ) in told


@pytest.mark.parametrize("ends_on", ["", "2030-12-31"])
@pytest.mark.parametrize("covers", [[], [{"id": "audit", "title": "Looking into it"}]])
def test_a_project_annex_names_its_master_in_text_and_copy(
    ends_on: str, covers: list[dict[str, str]]
) -> None:
    master = {"number": "MA-7", "signed_on": "2025-01-31", "ends_on": ends_on, "sha256": "b" * 64,
              "covers": covers}  # fmt: skip
    document = {**DOCUMENT, "master": master}
    told = text.written(document)
    assert told.startswith("# Project Annex CENTRA-2026-0001\n")
    until = " and runs until 2030-12-31" if ends_on else ""
    assert (
        f"master agreement MA-7 between the same parties, which was signed on 2025-01-31{until}."
        in told
    )
    assert f"that the program keeps: {'b' * 64}" in told
    assert ("not repeated here:\n\n- Looking into it\n" in told) is bool(covers)
    assert odrl.sha256(document) in told
    found = graph(document)
    [under] = found.objects(None, MU.masterAgreement)
    assert str(found.value(under, MU.sha256)) == "b" * 64
    assert str(found.value(under, MU.signedOn)) == "2025-01-31"
    assert str(found.value(under, MU.endsOn) or "") == ends_on
    named = [str(found.value(each, MU.clause)) for each in found.objects(under, MU.covers)]
    assert named == [each["id"] for each in covers]


@pytest.mark.parametrize("which", ["annex", "master"])
def test_the_copy_of_an_annex_says_which_of_the_two_prevails(which: str) -> None:
    master = {"number": "MA-7", "signed_on": "2025-01-31", "ends_on": "", "sha256": "b" * 64,
              "covers": [], "prevails": [{"clause": "law", "which": which}]}  # fmt: skip
    found = graph({**DOCUMENT, "master": master})
    [under] = found.objects(None, MU.masterAgreement)
    settled = found.value(under, MU.prevails)
    assert settled == MU[which]
    assert str(found.value(settled, MU.clause)) == "law"


def test_annex_b_names_the_method_policy_of_each_holding() -> None:
    """Agreements of before did not, and say the same as ever."""
    assert "How the fields leave" not in text.written(DOCUMENT)
    own = {"holding": "pilot@2026.1", "policy": "pilot-standard", "edition": "2"}
    plain = {"holding": "charts@2026.1", "policy": "descriptor", "edition": None}
    told = text.written({**DOCUMENT, "methods": [plain, own]})
    assert (
        "How the fields leave:\n\n- charts@2026.1: the rules of its own description\n"
        "- pilot@2026.1: the method policy pilot-standard, 2\n\n"
    ) in told


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("a b c", "a b c", [("kept", "a b c")]),
        ("a b c", "a x c", [("kept", "a"), ("gone", "b"), ("new", "x"), ("kept", "c")]),
        ("a b", "a b c", [("kept", "a b"), ("new", "c")]),
        ("a b", "a", [("kept", "a"), ("gone", "b")]),
        ("", "a", [("new", "a")]),
    ],
)
def test_two_wordings_differ_word_by_word(
    before: str, after: str, runs: list[tuple[str, str]]
) -> None:
    found = wording.difference(before, after)
    assert [(each.kind.value, each.words) for each in found] == runs


def test_line_breaks_make_no_difference() -> None:
    assert wording.same("a b\nc", "a  b c")
    assert not wording.same("a b", "a c")
