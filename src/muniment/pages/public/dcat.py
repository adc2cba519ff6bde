"""The information list as a DCAT-AP 3.0.1 catalogue, which other catalogues harvest.

Terms are from DCAT 3, Dublin Core, FOAF and vCard; access rights and languages from the
authority tables of the Publications Office of the European Union. No number from any data.
"""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from muniment.pages.public import linked
from muniment.queries import catalogue

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node

AUTHORITY = "http://publications.europa.eu/resource/authority/"
RIGHTS = {"public": "PUBLIC", "open": "RESTRICTED"}
"""Availability to the authority's access right; everything else is NON_PUBLIC."""
AVAILABILITY = {"public": "STABLE", "open": "STABLE"}
"""The same for how long it is to be had; nothing is said of what nobody can have yet, or here."""
THEME = ("HEAL", "Health")
"""Of every dataset: what is shared here is research on health, or about those who do it."""
LICENSES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
}
LICENSE_TYPE = "http://purl.org/adms/licencetype/"
LICENSE_TYPES = {"CC0-1.0": "PublicDomain", "Apache-2.0": "Attribution"}
"""What a licence asks for in one word, by the types of ADMS."""
MEDIA_CSV = "https://www.iana.org/assignments/media-types/text/csv"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


def written(sheets: list[catalogue.Sheet], *, root: str, form: str) -> bytes:
    """Every dataset that is not merely named as not offered; `form` is turtle or json-ld."""
    graph = _Writer(root).catalog(sheets)
    if form == "json-ld":
        said = graph.serialize(format=form, context=CONTEXT, auto_compact=True)
    else:
        said = graph.serialize(format=form)
    return said.encode()


class _Writer:
    """One graph under way."""

    def __init__(self, root: str) -> None:
        from rdflib import Graph, Namespace

        self.root = root.rstrip("/")
        self.graph: Graph = Graph()
        self.spaces = {name: Namespace(address) for name, address in CONTEXT.items()}
        for name, space in self.spaces.items():
            self.graph.bind(name, space)

    def catalog(self, sheets: list[catalogue.Sheet]) -> "Graph":
        here = self.iri(self.root + "/data/#catalog")
        if not sheets:
            return self.graph
        bundle = sheets[0].bundle
        listed, programme = bundle["information_list"], bundle["programme"]
        publisher = self.publisher(programme)
        language = self.authority("language", "ENG", "dct:LinguisticSystem")
        self.add(here, "rdf:type", self.term("dcat:Catalog"))
        self.add(here, "dct:title", self.words(programme["name"]))
        self.add(here, "dct:description", self.words(programme["notice"]))
        self.add(here, "dct:publisher", publisher)
        self.add(here, "dct:language", language)
        self.add(here, "dct:issued", self.day(listed["published_on"]))
        self.add(here, "dct:modified", self.day(listed["published_on"]))
        themes = self.typed(AUTHORITY + "data-theme", "skos:ConceptScheme")
        self.add(themes, "dct:title", self.words("Data theme"))
        self.add(here, "dcat:themeTaxonomy", themes)
        page = self.typed(self.root + reverse("data_list"), "foaf:Document")
        self.add(here, "foaf:homepage", page)
        for found in sheets:
            self.add(here, "dcat:dataset", self.dataset(found, publisher, language))
        return self.graph

    def dataset(self, found: catalogue.Sheet, publisher: "Node", language: "Node") -> "URIRef":
        text, slug = found.entry.text, found.entry.text["slug"]
        here = self.iri(f"{self.root}/data/{slug}/#dataset")
        page = self.root + reverse("data_sheet", args=[slug])
        right = RIGHTS.get(found.entry.status, "NON_PUBLIC")
        rights = self.authority("access-right", right, "dct:RightsStatement")
        self.add(here, "rdf:type", self.term("dcat:Dataset"))
        self.add(here, "dct:title", self.words(text["title"]))
        self.add(here, "dct:description", self.words(text["summary"]))
        self.add(here, "dct:identifier", self.text(slug))
        self.add(here, "dct:publisher", publisher)
        self.add(here, "dct:language", language)
        self.add(here, "dct:accessRights", rights)
        self.add(here, "dct:modified", self.day(found.bundle["information_list"]["published_on"]))
        self.add(here, "dcat:contactPoint", self.contact(found.bundle["programme"]["contact"]))
        self.add(here, "dcat:keyword", self.words(text["kind_label"]))
        theme = self.authority("data-theme", THEME[0], "skos:Concept")
        self.add(theme, "skos:prefLabel", self.words(THEME[1]))
        self.add(here, "dcat:theme", theme)
        self.add(here, "dcat:landingPage", self.typed(page, "foaf:Document"))
        if version := linked.version(found):
            self.add(here, "dcat:version", self.text(version))
        if years := text.get("years"):
            self.add(here, "dct:temporal", self.period(years))
        for each in found.files or [None]:
            self.add(here, "dcat:distribution", self.distribution(found, each, page, rights))
        return here

    def distribution(
        self, found: catalogue.Sheet, file: Any, page: str, rights: "Node"
    ) -> "URIRef":
        """A public file; else the page that says how access is asked for."""
        slug = found.entry.text["slug"]
        name = file.table if file else "access"
        here = self.iri(f"{self.root}/data/{slug}/#distribution-{name}")
        self.add(here, "rdf:type", self.term("dcat:Distribution"))
        self.add(here, "dct:title", self.words(f"{found.entry.text['title']}: {name}"))
        self.add(here, "dct:rights", rights)
        if stays := AVAILABILITY.get(found.entry.status):
            stays_on = self.authority("planned-availability", stays, "skos:Concept")
            self.add(stays_on, "skos:prefLabel", self.words(stays.capitalize()))
            self.add(here, "dcatap:availability", stays_on)
        said = "The table as a file." if file else "The page that says how access is asked for."
        self.add(here, "dct:description", self.words(said))
        form = self.authority("file-type", "CSV" if file else "HTML", "dct:MediaTypeOrExtent")
        self.add(here, "dct:format", form)
        self._address(here, found, file, page)
        return here

    def _address(self, here: "URIRef", found: catalogue.Sheet, file: Any, page: str) -> None:
        """Where it is, and under which licence where one is declared."""
        slug, license = found.entry.text["slug"], found.entry.text.get("license", "")
        if file:
            address = self.root + reverse("data_download", args=[slug, file.table])
            file_itself = self.typed(address, "rdfs:Resource")
            self.add(here, "dcat:downloadURL", file_itself)
            self.add(here, "dcat:mediaType", self.typed(MEDIA_CSV, "dct:MediaType"))
            self.add(here, "dcat:accessURL", file_itself)
        else:
            self.add(here, "dcat:accessURL", self.typed(page, "rdfs:Resource"))
        if license in LICENSES:
            document = self.typed(LICENSES[license], "dct:LicenseDocument")
            kind = self.typed(LICENSE_TYPE + LICENSE_TYPES[license], "skos:Concept")
            self.add(kind, "skos:inScheme", self.iri(LICENSE_TYPE + "1.0"))
            self.add(kind, "skos:prefLabel", self.words(LICENSE_TYPES[license]))
            self.add(document, "dct:type", kind)
            self.add(here, "dct:license", document)

    def publisher(self, programme: Any) -> "URIRef":
        agent = self.typed(self.root + "/#publisher", "foaf:Agent")
        self.add(agent, "rdf:type", self.term("foaf:Organization"))
        self.add(agent, "foaf:name", self.words(programme["name"]))
        return agent

    def contact(self, contact: Any) -> "URIRef":
        card = self.typed(self.root + "/#contact", "vcard:Kind")
        self.add(card, "rdf:type", self.term("vcard:Organization"))
        self.add(card, "vcard:fn", self.text(contact["name"]))
        self.add(card, "vcard:hasEmail", self.iri("mailto:" + contact["email"]))
        return card

    def period(self, years: Any) -> "Node":
        from rdflib import BNode

        span = BNode(f"years-{years['from']}-{years.get('until', '')}")
        self.add(span, "rdf:type", self.term("dct:PeriodOfTime"))
        self.add(span, "dcat:startDate", self.day(f"{years['from']}-01-01"))
        if "until" in years:
            self.add(span, "dcat:endDate", self.day(f"{years['until']}-12-31"))
        return span

    def typed(self, address: str, kind: str) -> "URIRef":
        """A resource with its class said, since harvesters do not reason."""
        here = self.iri(address)
        self.add(here, "rdf:type", self.term(kind))
        return here

    def authority(self, table: str, code: str, kind: str) -> "URIRef":
        """A value of an authority table, with the table that it is of."""
        here = self.typed(f"{AUTHORITY}{table}/{code}", kind)
        self.add(here, "skos:inScheme", self.iri(AUTHORITY + table))
        return here

    def add(self, subject: "Node", name: str, value: "Node") -> None:
        self.graph.add((subject, self.term(name), value))

    def term(self, name: str) -> "URIRef":
        from rdflib import RDF

        space, local = name.split(":")
        return RDF[local] if space == "rdf" else self.spaces[space][local]

    def iri(self, address: str) -> "URIRef":
        from rdflib import URIRef

        return URIRef(address)

    def words(self, said: str) -> "Node":
        from rdflib import Literal

        return Literal(said, lang="en")

    def text(self, said: str) -> "Node":
        from rdflib import Literal

        return Literal(said)

    def day(self, said: str) -> "Node":
        from rdflib import XSD, Literal

        return Literal(said, datatype=XSD.date)
