"""A holding from a seed: patients, treatments and measures as Parquet, with its descriptor.

Shape and sizes are those of the goals: 60 columns of a patient, five treatments and ten measures
each, 60 sites of which the last are tiny. Every value is a hash of its row number and the seed, so
that any size can be made again, column by column, by any number of threads.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SEED = 20261122
DAYS = 4700
REDUCED, FULL = 200_000, 2_000_000
DATES = (
    "diagnosis_date", "first_visit_date", "surgery_date", "recurrence_date", "last_contact_date",
    "death_date",
)  # fmt: skip
CODED: Mapping[str, tuple[str, ...]] = {
    "site": tuple(f"S{number:02}" for number in range(60)),
    "sex": ("F", "M", "F", "M", "F", "U"),
    "race": ("White", "White", "White", "Black", "Asian", "Other", "Unknown"),
    "ethnicity": ("NH", "NH", "NH", "H", "UNK"),
    "stage": ("I", "I", "II", "II", "III", "IV", "UNK"),
    "t_class": ("T0", "T1", "T2", "T3", "T4"),
    "n_class": ("N0", "N1", "N2", "N3"),
    "m_class": ("M0", "M1"),
    "grade": ("G0", "G1", "G2", "G3", "G4"),
    "smoking": ("never", "former", "current", "unknown"),
    "insurance": ("medicare", "medicaid", "private", "none", "other"),
    "language": ("en", "es", "fr", "zh", "ar"),
}
KEPT = (*CODED, "icd10", "histology", "ecog", "bmi")
# The 25 of 60: code, age, ZIP, six dates, and what stays as it is.
RELEASED = ("patient_id", "age", "zip5", *DATES, *KEPT)
DRUGS = ("chemo", "chemo", "radiation", "surgery", "immunotherapy", "hormone", "targeted", "other")
CODES = (
    "PDL1", "HER2", "EGFR", "ALK", "KRAS", "CEA", "PSA", "HGB", "WBC", "PLT", "CREAT", "ALT",
)  # fmt: skip


def made(folder: Path, *, patients: int) -> Path:
    """The holding of that size, made where it is not there yet; returns its folder."""
    place = folder / f"holding-{SEED}-{patients}"
    if not (place / "datapackage.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        _rows(place, patients)
        document = json.dumps(descriptor(patients), indent=1)
        (place / "datapackage.json").write_text(document, encoding="utf-8")
    return place


def _rows(place: Path, patients: int) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET preserve_insertion_order = false")
        for name, many, columns in (
            ("patients", 1, _patient()),
            ("treatments", 5, _treatment(patients)),
            ("measures", 10, _measure(patients)),
        ):
            listed = ", ".join(f'{written} AS "{column}"' for column, written in columns)
            connection.execute(
                f"COPY (SELECT {listed} FROM range(1, {patients * many} + 1) g(i)) "
                f"TO '{place / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


def _drawn(salt: int, below: int) -> str:
    """A whole number under `below`, from the row's number."""
    return f"(hash(i * 1000003 + {SEED + salt}) % {below})::BIGINT"


def _one_of(salt: int, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[1 + {_drawn(salt, len(words))}]"


def _patient() -> Iterator[tuple[str, str]]:
    yield "patient_id", "'P' || lpad(i::VARCHAR, 9, '0')"
    for salt, name in enumerate(("given_name", "family_name", "phone", "email", "street"), 1):
        yield name, f"'{name} ' || {_drawn(salt, 20_000)}"
    yield "zip5", f"lpad({_drawn(6, 99_999)}::VARCHAR, 5, '0')"
    yield "age", _drawn(7, 100)
    for salt, (name, words) in enumerate(CODED.items(), 20):
        if name == "site":  # a steep skew, so that the last sites are tiny
            place = f"floor(60 * pow({_drawn(salt, 1_000_000)} / 1e6, 6))::BIGINT"
            yield name, f"'S' || lpad({place}::VARCHAR, 2, '0')"
        else:
            yield name, _one_of(salt, words)
    for salt, name in enumerate(DATES):
        day = f"DATE '2012-01-01' + ({_drawn(40, DAYS)} + {30 * salt})::INTEGER"
        dead = f"CASE WHEN {_drawn(41, 10)} < 3 THEN {day} END"
        yield name, dead if name == "death_date" else day
    yield "icd10", f"'C' || lpad({_drawn(50, 97)}::VARCHAR, 2, '0') || '.' || {_drawn(51, 10)}"
    yield "histology", f"{_drawn(52, 400)} || '/3'"
    yield "ecog", _drawn(53, 5)
    yield "bmi", f"round(16 + {_drawn(54, 3000)} / 100.0, 1)"
    for number in range(30):
        salt = 100 + number
        yield (
            f"score_{number:02}",
            _drawn(salt, 300) if number % 2 else f"{_drawn(salt, 100_000)} / 100.0",
        )


def _treatment(patients: int) -> Iterator[tuple[str, str]]:
    yield "treatment_id", "'T' || i"
    yield "patient_id", _somebody(200, patients)
    yield "drug_class", _one_of(201, DRUGS)
    yield "start_date", f"DATE '2012-01-01' + {_drawn(202, DAYS)}::INTEGER"
    yield "cycles", _drawn(203, 12)


def _measure(patients: int) -> Iterator[tuple[str, str]]:
    yield "measure_id", "'M' || i"
    yield "patient_id", _somebody(300, patients)
    yield "code", _one_of(301, CODES)
    yield "value", f"round({_drawn(302, 10_000)} / 100.0, 2)"


def _somebody(salt: int, patients: int) -> str:
    return f"'P' || lpad((1 + {_drawn(salt, patients)})::VARCHAR, 9, '0')"


def descriptor(patients: int) -> dict[str, object]:
    """The data package: what is direct is dropped, dates are shifted, the rest is as declared."""
    keys = {"reference": {"resource": "patients", "fields": "patient_id"}, "fields": "patient_id"}
    code = _field("patient_id", "string", "direct", "pseudonym")
    treatments = [
        _field("treatment_id", "string", "direct", "drop"), code,
        _field("drug_class", "string", "sensitive", "keep", codes=sorted(set(DRUGS))),
        _field("start_date", "date", "quasi", "weekly_shift"),
        _field("cycles", "integer", "sensitive", "keep"),
    ]  # fmt: skip
    measures = [
        _field("measure_id", "string", "direct", "drop"), code,
        _field("code", "string", "none", "keep", codes=CODES),
        _field("value", "number", "sensitive", "keep", banded=[[0, 24], [25, 49], [50, None]]),
    ]  # fmt: skip
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "bench",
        "title": f"A made holding of {patients:,} patients",
        "muniment": {
            "descriptor": 1, "holding": "bench", "edition": f"{SEED}.{patients}", "unit": "person",
            "base_table": "patients", "years": [2012, 2024], "synthetic": True, "kind": "loaded",
            "threshold": 11, "noise_sigma": 10, "rounding": 5, "minimum_size": 100,
            "level": "record", "duo": {"permission": "DUO:0000042", "modifiers": []}, "k": 2,
        },
        "resources": [
            _resource("patients", list(_patient_fields()), "person", []),
            _resource("treatments", treatments, "event", [keys]),
            _resource("measures", measures, "event", [keys]),
        ],
    }  # fmt: skip


def _patient_fields() -> Iterator[dict[str, object]]:
    for name, written in _patient():
        if name == "patient_id":
            yield _field(name, "string", "direct", "pseudonym")
        elif name == "zip5":
            yield _field(name, "string", "sensitive", "zip3", tables=["2000", "2010", "2020"])
        elif name == "age":
            bands = [[0, 39], [40, 75], [76, None]]
            yield _field(name, "integer", "sensitive", "top90", banded=bands)
        elif name in DATES:
            yield _field(name, "date", "quasi", "weekly_shift")
        elif name in CODED:
            risky = "quasi" if name in ("sex", "race") else "sensitive"
            yield _field(name, "string", risky, "keep", codes=sorted(set(CODED[name])))
        elif name in KEPT or name.startswith("score"):
            number = "number" if name == "bmi" or "/ 100.0" in written else "integer"
            text = name in ("icd10", "histology")
            yield _field(name, "string" if text else number, "sensitive", "keep")
        else:
            yield _field(name, "string", "direct", "drop")


def _field(
    name: str, kind: str, sensitivity: str, method: str, *, codes: object = None,
    banded: object = None, **params: object,
) -> dict[str, object]:  # fmt: skip
    ours: dict[str, object] = {"class": sensitivity, "release": {"method": method, **params}}
    field: dict[str, object] = {"name": name, "type": kind, "muniment": ours}
    if codes:
        field["constraints"] = {"enum": list(codes)}  # type: ignore[call-overload]
    if banded:
        ours["banded"] = banded
    return field


def _resource(name: str, fields: list[dict[str, object]], unit: str, keys: object) -> object:
    schema: dict[str, object] = {"primaryKey": fields[0]["name"], "fields": fields}
    if keys:
        schema["foreignKeys"] = keys
    ours = {"unit": unit, "person_key": "patient_id"}
    path = f"{name}.parquet"
    return {"name": name, "path": path, "format": "parquet", "schema": schema, "muniment": ours}


if __name__ == "__main__":
    print(made(Path(sys.argv[1]), patients=int(sys.argv[2])))
