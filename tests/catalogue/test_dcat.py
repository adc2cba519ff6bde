"""The list as a DCAT-AP catalogue: it conforms, keeps to known terms, agrees with the pages."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages import rows
from tests.pages.test_data_editions import linked, page

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own, within itself
SHAPES = Path(__file__).parents[2].parent / "shared/data/validators/dcat_ap_3_0_1"
ALLOWED = {
    "type", "title", "description", "publisher", "language", "modified", "homepage", "dataset",
    "identifier", "accessRights", "contactPoint", "keyword", "landingPage", "version", "temporal",
    "startDate", "endDate", "distribution", "rights", "accessURL", "downloadURL", "mediaType",
    "license", "name", "fn", "hasEmail", "issued", "theme", "themeTaxonomy", "format",
    "availability", "inScheme", "prefLabel",
}  # fmt: skip
"""The shapes let any other predicate pass, misspelt ones too."""
LISTED = {
    entry["slug"]
    for entry in rows.bundle()["information_list"]["datasets"]
    if entry["status"] != "not_offered"
}


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def graph():  # type: ignore[no-untyped-def]
    rdflib = pytest.importorskip("rdflib")
    return rdflib.Graph().parse(data=page("/catalogue.ttl"), format="turtle")


def test_it_names_every_dataset_but_those_that_nobody_can_have(office: rows.Office) -> None:
    from rdflib import DCAT, DCTERMS, RDF

    found = graph()
    named = {
        str(value) for each in found.subjects(RDF.type, DCAT.Dataset)
        for value in found.objects(each, DCTERMS.identifier)
    }  # fmt: skip
    assert named == LISTED


def test_no_other_term_is_used(office: rows.Office) -> None:
    used = {str(each).replace("#", "/").rsplit("/", 1)[1] for each in graph().predicates()}
    assert used <= ALLOWED


def test_both_notations_say_the_same(office: rows.Office) -> None:
    rdflib = pytest.importorskip("rdflib")
    from rdflib.compare import isomorphic

    answer = Client().get("/catalogue.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    other = rdflib.Graph().parse(data=answer.content.decode(), format="json-ld")
    assert isomorphic(graph(), other)
    assert json.loads(answer.content)["@context"]["dcat"] == "http://www.w3.org/ns/dcat#"


@pytest.mark.parametrize("slug", ["sdtm-pilot", "tapur", "progress-timeline"])
def test_page_and_catalogue_agree_on_identifier_title_and_version(
    office: rows.Office, slug: str
) -> None:
    from rdflib import DCTERMS, URIRef

    found, said = graph(), linked(page(f"/data/{slug}/"))
    here = URIRef(f"http://testserver/data/{slug}/#dataset")
    assert str(found.value(here, DCTERMS.identifier)) == said["identifier"]
    assert str(found.value(here, DCTERMS.title)) == said["name"]
    assert str(found.value(here, URIRef("http://www.w3.org/ns/dcat#version"))) == said["version"]


def test_no_restricted_dataset_has_an_address_to_download(office: rows.Office) -> None:
    from rdflib import DCAT

    assert list(graph().subjects(DCAT.downloadURL, None)) == []


def test_all_datasets_ask_the_database_as_one_would(office: rows.Office) -> None:
    from django.db import connection

    page("/catalogue.ttl")
    with CaptureQueriesContext(connection) as asked:
        page("/catalogue.ttl")
    assert len(asked) < len(LISTED) / 2


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("shapes", ["dcat-ap-SHACL.ttl", "shapes.ttl", "range.ttl"])
def test_it_conforms_to_the_profile(office: rows.Office, shapes: str) -> None:
    if not SHAPES.is_dir():
        pytest.skip("The shapes of DCAT-AP 3.0.1 are not beside this repository.")
    pyshacl = pytest.importorskip("pyshacl")
    conforms, _, report = pyshacl.validate(
        graph(), shacl_graph=str(SHAPES / shapes), do_owl_imports=False
    )
    assert conforms, report


LEFT = {
    "shapes_recommended.ttl": {
        "availability", "endDate", "license", "spatial", "temporal", "type",
    },
    "mdr-vocabularies.shape.ttl": {"publisher"},
}  # fmt: skip
"""What the profile only recommends and the list does not hold: the manual says of each why."""


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("shapes", LEFT)
def test_it_meets_what_is_recommended_but_for_what_nobody_has_told(
    office: rows.Office, shapes: str
) -> None:
    if not SHAPES.is_dir():
        pytest.skip("The shapes of DCAT-AP 3.0.1 are not beside this repository.")
    pyshacl = pytest.importorskip("pyshacl")
    from rdflib import SH

    _, report, _ = pyshacl.validate(graph(), shacl_graph=str(SHAPES / shapes), do_owl_imports=False)
    top = set(report.objects(None, SH.result))
    found = {
        str(report.value(each, SH.resultPath)).replace("#", "/").rsplit("/", 1)[1] for each in top
    }
    assert found == LEFT[shapes]
    assert {report.value(each, SH.resultSeverity) for each in top} == {SH.Warning}
    manual = (Path(__file__).parents[2] / "docs/manual/data-manager.md").read_text()
    assert [path for path in found if f"`{path}`" not in manual] == []


@pytest.mark.slow
@pytest.mark.one_database
def test_the_profile_would_notice_a_missing_title(office: rows.Office) -> None:
    if not SHAPES.is_dir():
        pytest.skip("The shapes of DCAT-AP 3.0.1 are not beside this repository.")
    pyshacl = pytest.importorskip("pyshacl")
    from rdflib import DCTERMS

    broken = graph()
    broken.remove((None, DCTERMS.title, None))
    conforms, *_ = pyshacl.validate(
        broken, shacl_graph=str(SHAPES / "dcat-ap-SHACL.ttl"), do_owl_imports=False
    )
    assert not conforms
