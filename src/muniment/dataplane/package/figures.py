"""What may be said in numbers about a release: protected, for the manifest and the README."""

from muniment.dataplane.cube import measured
from muniment.dataplane.extract.aggregate import Grouped
from muniment.dataplane.risk.limit import Report, scope
from muniment.dataplane.spec import answer, holding

Figures = dict[str, object]


def of_rows(report: Report, source: holding.Holding) -> tuple[Figures, list[str]]:
    """Manifest members and README sentences of a part at record level."""
    units = answer.of(
        report.after.units,
        unit=source.unit,
        rounding=source.rounding,
        threshold=source.threshold,
        sigma=0,
    )
    shown = "too few to show" if units.shown is None else units.shown
    members: Figures = {
        "unit": source.unit,
        "units": shown,
        "k_limit": report.limit,
        "k_on": list(report.baseline),
        "k_not_on": list(report.untreated),
        "blanked": sorted(report.blanked),
    }
    return members, list(_sentences(report, source, shown))


def of_groups(grouped: Grouped) -> tuple[Figures, list[str]]:
    """The same for an aggregate part."""
    source = grouped.scope.source
    members: Figures = {
        "unit": source.unit,
        "cells": grouped.cells,
        "cells_shown": grouped.shown,
        "threshold": source.threshold,
        "rounding": source.rounding,
    }
    says = (
        f"Numbers under {source.threshold} are hidden, and others that would give them away; "
        f"the rest are rounded to {source.rounding}."
    )
    if not grouped.scope.part.measures:
        return members, [says]
    rule = measured.RULE
    measures = (
        f"A sum or mean is also hidden where the {rule.largest} largest make up more than "
        f"{rule.share} percent of it, or where one could tell another's value within "
        f"{rule.percent} percent."
    )
    return members, [says, measures]


def _sentences(report: Report, source: holding.Holding, shown: object) -> list[str]:
    plural = answer.plural(source.unit)
    said = [f"About {shown} {plural} are in it." if shown != "too few to show" else ""]
    if not report.baseline:
        said.append("No declared baseline variable is in it, so no k is stated.")
    if report.baseline:
        said.append(
            f"{scope(report.knowledge)} ({', '.join(report.baseline)}) is at least "
            f"{report.limit}: each {source.unit} shares these values with at least "
            f"{report.limit - 1} others."
        )
    if report.blanked:
        said.append(
            f"Where a group was smaller, values of {', '.join(sorted(report.blanked))} were set "
            "to missing."
        )
    if report.untreated:
        said.append(
            f"Not part of k: {', '.join(report.untreated)}. These, the number of rows and the "
            f"intervals between dates may single out a {source.unit} to someone who knows them."
        )
    return [sentence for sentence in said if sentence]
