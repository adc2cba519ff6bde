"""The fee schedule: what is asked for becomes lines that add up to the total.

Amounts are whole minor units (cents) of the programme's currency; quantities and factors are
decimals; each line is rounded once, half up, so that the total is exactly the sum of its lines.
A total of zero is legal and has its lines all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import information
from .bundle import Bundle

ONE = Decimal(1)


class FeeFault(ValueError):
    """The schedule does not know what was asked; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Item:
    """One dataset to be delivered: how many of what its fee class counts (editions, rounds …).

    `years` are those that were counted, where the class counts years; the line names them while
    they are as many as the units.
    """

    dataset: str
    units: int = 1
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What an estimate is made for.

    `hours` of staff work; `months` from start to end of use; `surcharges` and `waivers` by id.
    """

    applicant_class: str
    items: tuple[Item, ...]
    hours: Decimal = Decimal(0)
    deliveries: int = 1
    months: int = 12
    surcharges: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how it was computed, and the amount (negative for a waiver)."""

    kind: str
    what: str
    formula: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines, their sum and the last day on which the estimate can be accepted.

    `non_refundable_minor` is the part of the sum, before tax, that is kept once work has begun.
    """

    lines: tuple[Line, ...]
    currency: str
    valid_until_on: date
    non_refundable_minor: int = 0

    @property
    def total_minor(self) -> int:
        """The sum of the lines; never negative."""
        return sum(line.amount_minor for line in self.lines)


def estimate(edition: Bundle, order: Order, *, today: date, charged: bool = True) -> Estimate:
    """The estimate for an order by the edition's schedule; raises FeeFault.

    `charged` is false on a track without fees: the estimate then says so in one line.
    """
    schedule = edition["fees"]
    currency = edition["programme"]["currency"]
    valid_until = today + timedelta(days=schedule["valid_days"])
    if not charged:
        free = Line("base", "No fee is charged on this track", "nothing due", 0)
        return Estimate((free,), currency, valid_until)
    factor = _factor(schedule, order.applicant_class)
    charges = list(_charges(edition, order, factor))
    left = [line.amount_minor for line in charges]
    lines = [*charges, *_waivers(schedule, order.waivers, charges, left)]
    lines += _tax(schedule, sum(line.amount_minor for line in lines))
    kept = schedule.get("non_refundable", ())
    stays = sum(rest for line, rest in zip(charges, left, strict=True) if line.kind in kept)
    return Estimate(tuple(lines), currency, valid_until, stays)


def unit_of(edition: Bundle, dataset: str) -> str:
    """What the dataset's fee class counts; raises FeeFault where it has none."""
    return str(_class_of(edition, Item(dataset))[0]["per"])


def document(order: Order) -> dict[str, Any]:
    """The order as JSON, to be kept beside the estimate that was computed for it."""
    return {
        "applicant_class": order.applicant_class,
        "items": [
            {"dataset": item.dataset, "units": item.units}
            | ({"years": list(item.years)} if item.years else {})
            for item in order.items
        ],
        "hours": _plain(order.hours),
        "deliveries": order.deliveries,
        "months": order.months,
        "surcharges": list(order.surcharges),
        "waivers": list(order.waivers),
    }


def order_of(data: Mapping[str, Any]) -> Order:
    """The order that `document` wrote."""
    return Order(
        data["applicant_class"],
        tuple(
            Item(item["dataset"], item["units"], tuple(item.get("years", ())))
            for item in data["items"]
        ),
        Decimal(data["hours"]),
        data["deliveries"],
        data["months"],
        tuple(data["surcharges"]),
        tuple(data["waivers"]),
    )


def one_more(order: Order) -> Order:
    """The same order with a delivery more."""
    return replace(order, deliveries=order.deliveries + 1)


def over_estimate(edition: Bundle, *, accepted_minor: int, actual_minor: int) -> bool:
    """Whether the real cost needs a new acceptance: more than the set share above the estimate."""
    allowed = accepted_minor * (100 + edition["fees"]["overrun_percent"])
    return bool(actual_minor * 100 > allowed)


def overrun(edition: Bundle) -> str:
    """The share of the estimate that the real cost may be above it, as people read it: `10 %`."""
    return f"{edition['fees']['overrun_percent']} %"


def written(amount_minor: int, currency: str) -> str:
    """An amount as people read it: `USD 1,250.00`. The currencies here have two decimals."""
    sign = "-" if amount_minor < 0 else ""
    whole, cents = divmod(abs(amount_minor), 100)
    return f"{currency} {sign}{whole:,}.{cents:02d}"


def _charges(edition: Bundle, order: Order, factor: Decimal) -> Iterator[Line]:
    schedule = edition["fees"]
    currency = edition["programme"]["currency"]

    def line(kind: str, entry: Any, quantity: Decimal, unit: str, factor: Decimal = factor) -> Line:
        amount = _rounded(quantity * entry["amount_minor"] * factor)
        formula = f"{_plain(quantity)} {unit} × {written(entry['amount_minor'], currency)}"
        formula += f" × {_plain(factor)}" if factor != ONE else ""
        return Line(kind, entry["label"], formula, amount)

    yield line("base", schedule["base"], ONE, "request")
    for item in order.items:
        entry, title = _class_of(edition, item)
        charge = line("data", entry, Decimal(_whole(item.units)), _counted(entry["per"], item))
        yield Line("data", f"{title}: {entry['label']}", charge.formula, charge.amount_minor)
    if _finite(order.hours):
        yield _hours(line, schedule["hours"], order, factor)
    extra = max(0, _whole(order.deliveries) - schedule["delivery"]["free"])
    if extra:
        unit = "further delivery" if extra == 1 else "further deliveries"
        yield line("delivery", schedule["delivery"], Decimal(extra), unit, ONE)
    for entry in _named(schedule["surcharges"], order.surcharges, "surcharge"):
        yield line("surcharge", entry, ONE, "request")
    years = max(0, -(-_whole(order.months) // 12) - 1)
    if years:
        unit = "year after the first" if years == 1 else "years after the first"
        yield line("annual", schedule["annual"], Decimal(years), unit)


def _hours(line: Callable[..., Line], entry: Any, order: Order, factor: Decimal) -> Line:
    """Work on the data; a class of applicants with a rate of its own pays that, and no factor."""
    own = entry.get("by_class", {}).get(order.applicant_class)
    if own is not None:
        entry, factor = entry | own, ONE
    hours = max(Decimal(0), order.hours - Decimal(entry["free"]))
    unit = "hours after the free ones" if Decimal(entry["free"]) else "hours"
    unit += f" at the rate for the class {order.applicant_class}" if own is not None else ""
    return line("hours", entry, hours, unit, factor)


def _counted(per: str, item: Item) -> str:
    """What a dataset is charged by, and the years where those were counted."""
    unit = per.replace("_", " ") + ("" if item.units == 1 else "s")
    return f"{unit} ({_spans(item.years)})" if len(item.years) == item.units > 0 else unit


def _spans(years: Iterable[int]) -> str:
    """Years in order, those that follow each other as one span: `2015, 2018 to 2020`."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans)


def _class_of(edition: Bundle, item: Item) -> tuple[Any, str]:
    """The fee class of a dataset, and the dataset's title."""
    try:
        dataset = information.get_dataset(edition, item.dataset)
    except information.UnknownDataset as error:
        raise FeeFault(str(error)) from None
    named = dataset.get("fee_class")
    if named is None:
        raise FeeFault(f"{dataset['title']} has no fee class, because it cannot be requested.")
    entry = next(entry for entry in edition["fees"]["classes"] if entry["id"] == named)
    return entry, dataset["title"]


def _waivers(
    schedule: Any, ids: Iterable[str], lines: list[Line], left: list[int]
) -> Iterator[Line]:
    """Each waiver takes its share of what earlier ones `left` of the lines it covers."""
    for waiver in _named(schedule["waivers"], ids, "waiver"):
        covered = [n for n, line in enumerate(lines) if line.kind in waiver["covers"]]
        taken = 0
        for n in covered:
            share = _rounded(Decimal(left[n]) * waiver["percent"] / 100)
            left[n] -= share
            taken += share
        formula = f"{waiver['percent']} % of {', '.join(waiver['covers'])}"
        yield Line("waiver", waiver["label"], formula, -taken)


def _tax(schedule: Any, net: int) -> Iterator[Line]:
    percent = Decimal(schedule["tax"]["percent"])
    if percent:
        amount = _rounded(Decimal(net) * percent / 100)
        yield Line("tax", schedule["tax"]["label"], f"{_plain(percent)} % of the net sum", amount)


def _named(entries: Iterable[Any], ids: Iterable[str], what: str) -> list[Any]:
    known = {entry["id"]: entry for entry in entries}
    for one in ids:
        if one not in known:
            raise FeeFault(f"The fee schedule has no {what} {one}.")
    return [known[one] for one in dict.fromkeys(ids)]


def _factor(schedule: Any, applicant_class: str) -> Decimal:
    if applicant_class not in schedule["factors"]:
        raise FeeFault(f"The fee schedule has no factor for applicants of class {applicant_class}.")
    return Decimal(schedule["factors"][applicant_class])


def _whole(number: int) -> int:
    if number < 0:
        raise FeeFault("A quantity cannot be negative.")
    return number


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite() or number < 0:
        raise FeeFault("The hours must be a number that is not negative.")
    return number


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(ONE, rounding=ROUND_HALF_UP))


def _plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
