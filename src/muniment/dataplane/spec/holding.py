"""A holding as its `datapackage.json` declares it: frozen, checked, without a look at the data.

The descriptor is a Frictionless Data Package (version 2) whose member `muniment`, on the package,
each resource and each field, carries what the standard has no word for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from muniment.dataplane.spec import faults, jsontext
from muniment.dataplane.spec.fields import Field, Sensitivity
from muniment.dataplane.spec.specification import Level

DESCRIPTOR = "datapackage.json"


class Kind(StrEnum):
    """Loaded: the engine counts it. Described: a statistician answers for it."""

    LOADED = "loaded"
    DESCRIBED = "described"


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`fields` of this table point at `references` of `table`, pair by pair."""

    fields: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`path` is relative to the holding's folder and None only in a described holding."""

    name: str
    title: str
    path: str | None
    format: Format
    unit: str
    person_key: str | None
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fields: tuple[Field, ...]
    missing_values: tuple[str, ...]

    def find_field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def get_field(self, name: str) -> Field:
        """Raises `KeyError` for a column that is not declared."""
        field = self.find_field(name)
        if field is None:
            raise KeyError(name)
        return field


@dataclass(frozen=True, slots=True)
class Embargo:
    """Rows of `table` stay hidden until the date or time in `field`."""

    table: str
    field: str


@dataclass(frozen=True, slots=True)
class Link:
    """`field` of this holding's `table` holds the keys that `their_field` of another holds."""

    holding: str
    table: str
    field: str
    their_table: str
    their_field: str


@dataclass(frozen=True, slots=True)
class Duo:
    """Data Use Ontology terms, such as DUO:0000042."""

    permission: str | None
    modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """`noise_sigma` is a standard deviation in units; `years` is first and last, both included.

    `unit` is what is protected and counted: a person, a practice, an abstract. `cube` names the
    variables of each public table.
    """

    holding: str
    edition: str
    title: str
    unit: str
    base_table: str
    years: tuple[int, int] | None
    synthetic: bool
    kind: Kind
    level: Level
    threshold: int
    noise_sigma: int
    rounding: int
    minimum_size: int
    k: int
    embargo: Embargo | None
    duo: Duo
    tables: tuple[Table, ...]
    links: tuple[Link, ...] = ()
    cube: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """How a set of holdings is indexed: holding id and edition."""
        return self.holding, self.edition

    @property
    def limits(self) -> dict[str, object]:
        """What an agreement signs of the holding itself: at which level, and how far it leaves."""
        return {
            "unit": self.unit,
            "level": self.level.value,
            "threshold": self.threshold,
            "rounding": self.rounding,
            "k": self.k,
        }

    @property
    def base(self) -> Table:
        return self.get_table(self.base_table)

    @property
    def unit_key(self) -> str:
        """The column of the base table that tells one protected unit from another."""
        base = self.base
        return base.person_key if base.person_key is not None else base.primary_key[0]

    def find_table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name == name), None)

    def get_table(self, name: str) -> Table:
        """Raises `KeyError` for a table that is not declared."""
        table = self.find_table(name)
        if table is None:
            raise KeyError(name)
        return table

    def find_join(self, table: Table) -> tuple[tuple[str, str], ...] | None:
        """How rows of a related table belong to the base: pairs (base column, its column).

        By its foreign key to the base, else by the base's foreign key to it, else by the person
        key both have. None when nothing relates them, or when it is the base itself.
        """
        if table.name == self.base_table:
            return None
        for key in table.foreign_keys:
            if key.table == self.base_table:
                return tuple(zip(key.references, key.fields, strict=True))
        for key in self.base.foreign_keys:
            if key.table == table.name:
                return tuple(zip(key.fields, key.references, strict=True))
        if table.person_key is not None and self.base.person_key is not None:
            return ((self.base.person_key, table.person_key),)
        return None

    def identifies(self, table: Table, field: Field) -> bool:
        """Whether a column points at single units, so that nobody may compare or group by it."""
        if field.identifier_like or field.sensitivity == "direct":
            return True
        return field.name == table.person_key or table.primary_key == (field.name,)


def is_direct(source: Holding, table: Table, field: Field) -> bool:
    """A declared direct identifier, or the key that names a person whatever its class says."""
    if field.sensitivity is Sensitivity.DIRECT:
        return True
    return source.unit == "person" and field.name in person_columns(source, table)


def person_columns(source: Holding, table: Table) -> set[str]:
    """The columns of a table that hold the protected unit's own key."""
    found = {table.person_key} if table.person_key else set()
    if table.name == source.base_table:
        found.add(source.unit_key)
    else:
        for there, here in source.find_join(table) or ():
            if there == source.unit_key:
                found.add(here)
    return {name for name in found if name}


Holdings = Mapping[tuple[str, str], Holding]


def parse(data: object) -> Holding:
    """Read a descriptor from JSON bytes, text or plain values; raises `faults.Faulty`."""
    from muniment.dataplane.spec import descriptor  # descriptor builds what this module defines

    document = jsontext.load(data, floats=True) if isinstance(data, bytes | str) else data
    return descriptor.read(document)


def load(folder: Path) -> Holding:
    """Read the descriptor of a holding's folder; raises `faults.Faulty`."""
    place = folder / DESCRIPTOR
    try:
        data = place.read_bytes()
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror or error}."
        raise faults.Faulty([faults.Fault("", "no-descriptor", message)]) from None
    return parse(data)
