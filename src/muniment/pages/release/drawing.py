"""A build as the page draws it: checks, variables, figures, files, and what a rebuild changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

CHECKS: dict[str, Promise] = {
    "package_verifies": _("Every file is in the signed manifest, unchanged"),
    "plan_is_approved": _("Built from the plan that was authorized"),
    "terms_are_signed": _("Built under the terms that were signed"),
    "only_approved_variables": _("Only variables that were approved"),
    "editions_as_approved": _("Only the editions that were approved"),
    "no_direct_identifiers": _("No direct identifier but as a new code"),
    "no_identifier_patterns": _("No text that looks like an address, number or link of a person"),
    "codebook_matches": _("Files and codebook agree"),
    "no_small_cells": _("No number of a group under the threshold"),
    "ethics_in_date": _("Ethics approval in date"),
}
METHODS: dict[str, Promise] = {
    "keep": _("As it is held"),
    "drop": _("Left out"),
    "free_text": _("Left out: free text"),
    "reviewed_text": _("Text, after its review"),
    "pseudonym": _("New code, made for this release"),
    "random_code": _("New random code"),
    "days_from": _("Days from an anchor"),
    "weekly_shift": _("Date shifted by whole weeks"),
    "year": _("Year only"),
    "bands": _("In bands"),
    "top90": _("Ages from 90 on as one"),
    "zip3": _("First three digits of the ZIP code"),
    "rare_merge": _("Rare values merged"),
    "roll_up": _("Rolled up to broader terms"),
    "round": _("Rounded"),
    "top_bottom": _("Highest and lowest as one"),
    "mark": _("Marked for tracing"),
    "group": _("Grouped by"),
}
WITHHELD = ("drop", "free_text")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: whether it was asked for and approved, and what became of it."""

    table: str
    name: str
    asked: bool
    approved: bool
    method: str
    words: Any
    changed: int | None
    held: int | None

    @property
    def fits(self) -> bool:
        """Whether nothing left that was not approved, and all that was is accounted for."""
        return self.approved == bool(self.method)


def checks(build: Any) -> list[dict[str, Any]]:
    """Each automatic check with its words, and what was found where it failed."""
    findings = build.findings
    found = findings.get("found", [])
    return [
        {
            "says": CHECKS.get(name, name),
            "passed": passed,
            "found": [each for each in found if each.get("check") == name],
        }
        for name, passed in findings.get("checks", {}).items()
    ]


def variables(
    build: Any, *, asked: Mapping[str, Any], approved: Mapping[str, Any]
) -> list[Variable]:
    """Requested, approved and built, variable by variable, of the parts of this build."""
    made = {
        (part["part"], each["table"], each["variable"]): each["method"]
        for part in _manifest(build).get("parts", ())
        for each in part["methods"]
    }
    parts = {key[0] for key in made}
    wanted, signed = _named(asked, parts), _named(approved, parts)
    cells = {
        (part, *where.split(".", 1)): counts
        for part, figures in build.findings.get("parts", {}).items()
        for where, counts in figures.get("cells", {}).items()
    }
    return [
        Variable(
            table,
            name,
            (part, table, name) in wanted,
            (part, table, name) in signed,
            made.get((part, table, name), ""),
            METHODS.get(made.get((part, table, name), ""), made.get((part, table, name), "")),
            cells.get((part, table, name), {}).get("changed"),
            cells.get((part, table, name), {}).get("held"),
        )
        for part, table, name in sorted({*made, *wanted, *signed})
    ]


def _named(asked: Mapping[str, Any], parts: set[str]) -> set[tuple[str, str, str]]:
    named = set()
    for part in asked.get("parts", ()):
        if part["id"] not in parts:
            continue
        for table in part["tables"]:
            names = [each["name"] for each in table["variables"]] + list(part.get("group_by", ()))
            named |= {(part["id"], table["name"], name) for name in names}
    return named


def files(build: Any) -> list[dict[str, Any]]:
    """What leaves: every file of the manifest, those with data with their number of rows."""
    rows = {
        name: count
        for told in build.findings.get("parts", {}).values()
        for name, count in told.get("rows", {}).items()
    }
    return [
        {
            "path": each["path"],
            "rows": rows.get(PurePosixPath(each["path"]).stem) if _is_data(each) else None,
            "bytes": each["bytes"],
            "sha256": each["sha256"],
        }
        for each in _manifest(build).get("files", ())
    ]


def _is_data(file: Mapping[str, Any]) -> bool:
    return bool(file["path"].startswith("data/"))


def differences(build: Any, earlier: Any) -> list[str]:
    """What a rebuild changed, in sentences."""
    if earlier is None:
        return []
    new, old = _manifest(build), _manifest(earlier)
    said = []
    if new.get("terms_hash") != old.get("terms_hash"):
        said.append(gettext("The terms are others."))
    if new.get("plan_hash") != old.get("plan_hash"):
        said.append(gettext("The plan is another: data, method policy or software changed."))
    said += _methods_changed(new, old)
    before, after = ({each["path"] for each in m.get("files", ())} for m in (old, new))
    said += [gettext("New file: %(name)s") % {"name": name} for name in sorted(after - before)]
    said += [gettext("No longer there: %(name)s") % {"name": n} for n in sorted(before - after)]
    return said or [gettext("Plan, methods and files are those of the build before.")]


def _methods_changed(new: Mapping[str, Any], old: Mapping[str, Any]) -> Sequence[str]:
    now, then = _methods(new), _methods(old)
    words = gettext("%(table)s.%(name)s: %(old)s before, %(new)s now")
    return [
        words % {
            "table": table, "name": name,
            "old": METHODS.get(then.get((table, name), ""), gettext("not there")),
            "new": METHODS.get(now.get((table, name), ""), gettext("not there")),
        }
        for table, name in sorted({*now, *then})
        if now.get((table, name)) != then.get((table, name))
    ]  # fmt: skip


def _methods(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (each["table"], each["variable"]): each["method"]
        for part in manifest.get("parts", ())
        for each in part["methods"]
    }


def _manifest(build: Any) -> dict[str, Any]:
    """What the build's manifest says; nothing where there is none yet."""
    try:
        document = json.loads(build.manifest)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
