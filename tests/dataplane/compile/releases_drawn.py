"""A small holding with odd cells in columns of every type, and a method for each of its columns.

What is drawn passes every rule of a method policy, so that no example is wasted on a refusal.
"""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from muniment.dataplane import reference
from muniment.dataplane.freetext import review
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.compile import questions_drawn, test_against_naive
from tests.dataplane.compile.questions_drawn import truths, words

whole = st.sampled_from(
    ["90", "", "89", "91", "0", "-0", "+65", "065", "104", "18", "19", "-5", "-15", "12.5", "x",
     "NA", "7", "123456789012345678", "999999999999999999", "-999999999999999999",
     "9007199254740993", "20120301", "20120331", "18991332", *(str(n) for n in range(20, 86, 5))]
)  # fmt: skip
numbers = st.sampled_from(
    ["89.9", "", "90", "18.5", "30.0", "3e1", ".5", "-.5", "2.5", "-2.5", "7.5", "1,5", "-0",
     "1e15", "1e-9", "1e30", "-1e30", "123456789.125", "1e7", "1e18", "999999999999999999999",
     "0.1", "89.99999999999999", "9007199254740993", "20120331.5", "20121301", "2.0120301e7"]
)  # fmt: skip
days = st.sampled_from(
    ["2012-02-29", "", "2013-02-29", "2014-02-28", "2012-03-01", "1924-02-29", "1000-01-01",
     "9999-12-31", "0999-12-31", "1900-02-28", "2012-12-31", "2013-01-01", "2012-1-2", "1/2/2012",
     "1933-06-15", "2026-11-22", "2002-06-30", "2003-07-01", "2004-02-29", "2005-08-15",
     "2006-09-16", "2007-10-17", "2008-11-18", "2009-12-19", "2010-01-20"]
)  # fmt: skip
moments = st.sampled_from(
    ["2012-02-29T23:59:59", "", "2012-02-29T23:30:00-05:00", "2012-03-01T00:30:00.5+14:00",
     "9999-12-31T23:59:59-01:00", "1000-01-01T00:00:00+01:00", "2012-02-29", "9999-12-31T00:00:00",
     "2012-02-29T24:00:00", "2014-06-01T12:00:00.123456Z", "2013-02-29T00:00:00",
     "1582-10-10T12:00:00Z",
     *(f"20{n:02}-0{n % 9 + 1}-1{n % 7}T0{n % 10}:30:00" for n in range(12))]
)  # fmt: skip
years = st.sampled_from(["2012", "", "1931", "1000", "9999", "999", "02012", "2012.0", "1924"])
day_texts = st.sampled_from(
    ["2012-02-29", "", "2012-02", "2012", "2013-02-29", "2012-02-29T10:00", "2012-02-29 23:59:59",
     "2012-02-29T23:30:00-05:00", "2012-02-29T10", "2012-1-2", "2012/02/29", " 2012-02-29",
     "20120229", "infinity", "epoch", "2012-02-29 (BC)", "12012-02-29", "-2012-02-29", "0999-12-31",
     "2012-02-29x", "2012-02-29T", "2012-02-29\n", "9999-12-31", "now", "29FEB2012", "2/29/2012",
     "on 29.02.2012", "Q1 2012", "February 29th, 2012", "Februar 2012", "a\n2012-02-29", "199.2",
     "29-FEB-12"]
)  # fmt: skip
zips = st.sampled_from(
    ["10001", "", "02138", " 10001 ", "10001-1234", "100011234", "1000", "03601", "09001", "00501",
     "34001", "99999", "ABCDE", "\uff11\uff10\uff10\uff10\uff11", "10001\n", "\u00a010001", "-1234",
     "20201", "0 501", "10001-", "\t10001"]
)  # fmt: skip
places = st.sampled_from(["Kings", "", "kings", "Marin", "Nowhere", "O'Brien", " Kings", "NY", "é"])
texts = st.sampled_from(["seen by Ann", "", "two\nlines", "two\r\nlines", 'a "quote"', "\\", "é🏥"])

KINDS = {
    "WHOLE": ("integer", whole),
    "NUMBER": ("number", numbers),
    "DAY": ("date", days),
    "MOMENT": ("datetime", moments),
    "SINCE": ("year", years),
    "WRITTEN": ("string", day_texts),
    "ZIP": ("string", zips),
    "PLACE": ("string", places),
    "WORD": ("string", words),
    "TEXT": ("string", texts),
    "TRUTH": ("boolean", truths),
}
NOBODYS = ["WHOLE", "NUMBER", "DAY", "SINCE", "PLACE", "WORD"]
BASE, EVENTS, SITES = "subjects", "events", "sites"
MOST = {BASE: 36, EVENTS: 40, SITES: 4}
PEOPLE = st.sampled_from(["", "S'5", "NA", " S-1", *(f"S-{n}" for n in range(1, 16))])
SITE_NAMES = st.sampled_from(["A", "B", "", "b"])

NEVER_LEAVES = "EVENTID"
DERIVED = [
    *questions_drawn.DERIVED,
    {"name": "OLD", "is": "age_at", "born": "START", "at": "MOMENT1", "reason": "x"},
    {"name": "SPAN", "is": "days_between", "from": "MOMENT1", "to": "DAY1", "reason": "x"},
]


def columns(table: str, copies: int) -> dict[str, tuple[str, st.SearchStrategy[str]]]:
    """The columns beside those of the small holding, by name: type and cells."""
    kinds = NOBODYS if table == SITES else list(KINDS)
    return {f"{kind}{n}": KINDS[kind] for kind in kinds for n in range(1, copies + 1)}


def descriptor(copies: int, *, threshold: int = 2, key: str = "USUBJID") -> dict:
    """The small holding with more columns, and a table about nobody; `key` is the primary one."""
    shape = test_against_naive.descriptor()
    shape["muniment"]["threshold"] = threshold
    subjects, events = shape["resources"]
    subjects["schema"]["primaryKey"] = key
    sites = {"name": SITES, "path": "sites.csv", "muniment": {"unit": "site"}}
    sites["schema"] = {"primaryKey": "SITE", "fields": [plain("SITE", "string")]}
    shape["resources"].append(sites)
    subjects["schema"]["fields"].append(plain("SITE", "string"))
    site = {"fields": "SITE", "reference": {"resource": SITES, "fields": "SITE"}}
    subjects["schema"]["foreignKeys"] = [site]
    subjects["schema"]["fields"][1] = plain("NAME", "string")
    for resource in shape["resources"]:
        added = columns(resource["name"], copies)
        resource["schema"]["fields"] += [plain(name, kind) for name, (kind, _) in added.items()]
        resource["schema"]["missingValues"] = ["", "NA"]
    # Here an empty text is one.
    events["schema"]["missingValues"] = ["NA"]
    return shape


def plain(name: str, kind: str) -> dict:
    ours = {"class": "sensitive", "release": {"method": "drop"}}
    return {"name": name, "type": kind, "muniment": ours}


@st.composite
def held(draw, copies: int) -> dict[str, list]:
    """Rows of each table, from none to enough for every odd cell."""
    rows = {table: draw(st.sampled_from([most, most // 2, most, most, 1, 0]))
            for table, most in MOST.items()}  # fmt: skip
    return shuffled(copies, seed=draw(st.integers(0, 2**32)), rows=rows)


def shuffled(copies: int, *, seed: int, rows: dict[str, int]) -> dict[str, list]:
    """Each column has each of its odd cells while there are rows for them, in any order.

    Drawn by themselves, few cells would be in a small example, and a large one takes long to draw.
    """
    chance = random.Random(seed)

    def column(listed: Sequence[str], many: int) -> list[str]:
        whole = [*listed] * (many // len(listed)) + chance.sample(listed, many % len(listed))
        chance.shuffle(whole)
        return whole

    return {
        table: [*zip(*(column(each.elements, many) for each in cells(table, copies)), strict=True)]
        for table, many in rows.items()
    }


def cells(table: str, copies: int) -> list[st.SearchStrategy[str]]:
    """What stands in each column of a table."""
    q = questions_drawn
    own = {
        BASE: [PEOPLE, q.diagnoses, q.sexes, whole, numbers, words, truths, days, words,
               SITE_NAMES],
        EVENTS: [words, PEOPLE, words, q.flags, q.grades, days],
        SITES: [SITE_NAMES],
    }  # fmt: skip
    return own[table] + [more for _, more in columns(table, copies).values()]


def write(folder: Path, shape: dict, data: dict[str, list]) -> tuple[holding.Holding, Path]:
    """The holding on disk, and as it is read."""
    tables.write_holding(folder, shape, subjects=[], events=[])
    for resource in shape["resources"]:
        header = [field["name"] for field in resource["schema"]["fields"]]
        tables.write_csv(folder / resource["path"], header, data[resource["name"]])
    return holding.load(folder), folder


APPROVED = review.read(
    review.approve(
        {
            "sha256:" + hashlib.sha256(text.encode()).hexdigest(): spans
            for text, spans in {
                "seen by Ann": [(8, 11)], "two\nlines": [], "é🏥": [(1, 2)], "CA": [(0, 1), (1, 2)],
                "": [], "two\r\nlines": [(0, 3)],
            }.items()
        },
        field="subjects.TEXT1", reviewer="R. Reader", on="2026-01-02",
    )
)  # fmt: skip

# What a rule of each method may say beside its name.
_ends = st.sampled_from([-5, 0, 1, 18, 19, 65, 89, 90, 91, 2**53 - 1])
_edges = st.lists(_ends, min_size=1, max_size=5, unique=True).map(sorted)
_steps = st.sampled_from([3, 5, 7, 10, 1000, 2**53 - 1])
_into = st.sampled_from(["Other", "CA", "it's", "NY"])
_areas = st.sampled_from(["NY", "CA", "it's", "Marin"])
_levels = st.lists(st.dictionaries(places.filter(bool), _areas, min_size=1), min_size=1, max_size=2)
_censuses = st.lists(
    st.sampled_from(reference.zip3_years()), min_size=1, max_size=3, unique=True
)  # fmt: skip
_limits = st.one_of(
    st.fixed_dictionaries({"least": _ends}),
    st.fixed_dictionaries({"most": _ends}),
    st.lists(_ends, min_size=2, max_size=2, unique=True).map(
        lambda ends: {"least": min(ends), "most": max(ends)}
    ),
)
ANCHORS = ["START", "subjects.START", "MOMENT1", "events.ONSET", "events.MOMENT1"]
_anchors = st.sampled_from(ANCHORS)


def said(method: str, **params: object) -> st.SearchStrategy:
    fixed = {name: each if isinstance(each, st.SearchStrategy) else st.just(each)
             for name, each in params.items()}  # fmt: skip
    return st.fixed_dictionaries({"method": st.just(method), **fixed})


# Most often everybody: whom a cohort chooses is drawn elsewhere, and many choose nobody.
cohorts = st.one_of(st.none(), st.none(), st.none(), questions_drawn.cohorts)

DROP = said("drop")
CODED = said("pseudonym")
RANDOM = said("random_code")
FROM_ANCHOR = said("days_from", anchor=_anchors)
NUMERIC = st.one_of(
    said("bands", edges=_edges),
    said("round", to=st.sampled_from([2]) | _steps),
    _limits.map(lambda ends: {"method": "top_bottom"} | ends),
    said("mark", to=_steps),
    said("keep"),
)
AGES = st.one_of(
    said("top90"),
    said("top90", at=_anchors),
    said("bands", edges=_edges, of="age"),
    said("bands", edges=_edges, of="age", at=_anchors),
)
TEXTUAL = st.one_of(
    said("rare_merge", minimum=st.integers(2, 4), into=_into),
    said("roll_up", levels=_levels, into=_into),
    said("zip3", tables=_censuses),
    said("reviewed_text", approved=APPROVED.hash),
    said("keep"),
    said("free_text"),
)
DERIVED_AGES = st.one_of(
    said("top90"), said("bands", edges=_edges.filter(lambda edges: max(edges) <= 90), of="age")
)
COARSER = st.one_of(
    said("bands", edges=_edges), said("round", to=_steps),
    _limits.map(lambda ends: {"method": "top_bottom"} | ends),
)  # fmt: skip


# Of columns whose cells only one method reads.
OWN = {"ZIP": said("zip3", tables=_censuses), "PLACE": said("roll_up", levels=_levels, into=_into)}


def births(*, shifts: bool) -> st.SearchStrategy[dict]:
    """No true year beside a shifted date."""
    other = said("weekly_shift", of="birth") if shifts else said("year", of="birth")
    return other | said("days_from", anchor=_anchors, of="birth")


@st.composite
def rules(draw, copies: int) -> dict[str, dict]:
    """A method for every column of every table and for three derived variables.

    Whether dates are shifted, ages told, events dated and codes random is drawn for all at once:
    each changes what the others may or do.
    """
    shifts, dated = draw(st.booleans()), draw(st.sampled_from([True, True, False]))
    ages, random = draw(st.sampled_from([False, True])), draw(st.booleans())
    found = {}
    for resource in descriptor(copies)["resources"]:
        table = resource["name"]
        for name, kind in asked_for(resource).items():
            is_dated = dated or table == BASE
            options = choices(table, name, kind, shifts=shifts, ages=ages, dated=is_dated)
            if random:
                options = [RANDOM if each is CODED else each for each in options]
            found[f"{table}.{name}"] = draw(st.one_of(options))
    found |= derived_rules(draw, found, ages=ages)
    return found


def choices(
    table: str, name: str, kind: str, *, shifts: bool, ages: bool, dated: bool
) -> list[st.SearchStrategy[dict]]:
    """The methods that a column may have."""
    if name == "USUBJID":
        return [CODED, DROP]
    somebodys = table != SITES
    if kind in ("integer", "number"):
        coded = [CODED] if kind == "integer" else []
        return [*([AGES] if ages and somebodys and dated else []), NUMERIC, *coded, DROP]
    if kind == "boolean":
        return [said("keep"), CODED, DROP]
    timed = [FROM_ANCHOR, said("weekly_shift") if shifts else said("year")]
    timed += [births(shifts=shifts)] if ages else []
    if not somebodys:
        timed = [] if shifts else [said("year")]
    elif not dated:
        timed = []
    if kind == "string":
        first = next((own for start, own in OWN.items() if name.startswith(start)), TEXTUAL)
        return [first, TEXTUAL, CODED, *(timed if name.startswith("WRITTEN") else [])]
    if kind == "year":
        return [DROP, *([] if shifts else [said("keep"), *([said("year")] if timed else [])])]
    return [*timed, DROP, CODED, *([] if shifts else [said("keep")])]


def derived_rules(draw, found: dict[str, dict], *, ages: bool) -> dict[str, dict]:
    """OLD is an age; SPAN and GRAVE leave only where what they are made of does not forbid it."""
    ends = [found[f"{BASE}.{name}"] for name in ("MOMENT1", "DAY1")]
    spoilt = any(rule["method"] == "weekly_shift" or "of" in rule for rule in ends)
    grade = found[f"{EVENTS}.GRADE"]
    is_age = grade["method"] == "top90" or "of" in grade
    return {
        f"{BASE}.OLD": draw(DERIVED_AGES if ages else DROP),
        f"{BASE}.SPAN": draw(DROP if spoilt else COARSER),
        f"{BASE}.GRAVE": draw(DROP if is_age else COARSER),
    }


def asked_for(resource: dict) -> dict[str, str]:
    """The columns that may be asked for, and their types."""
    fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    return {name: kind for name, kind in fields.items() if name != NEVER_LEAVES}


def asked(copies: int, cohort: dict | None) -> specification.Specification:
    """Every such column of every table, and the derived variables that leave."""
    resources = descriptor(copies)["resources"]
    variables = {resource["name"]: [*asked_for(resource)] for resource in resources}
    variables[BASE] += ["OLD", "SPAN", "GRAVE"]
    shape = tables.specification(cohort=cohort, variables=variables)
    shape["parts"][0]["derived"] = DERIVED
    return specification.parse(shape)
