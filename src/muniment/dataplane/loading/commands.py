"""What the data plane process can be asked about sources and holdings, before anything leaves.

As in `dataplane.commands`: plain JSON in, plain JSON out, keys by another road. What comes in are
files that nobody has checked yet, so whoever opens them is shut in first.
"""

from collections.abc import Sequence
from pathlib import Path

from muniment.dataplane import asking, bring, diff, holding_check, loading, profile, refusals
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.spec import faults

Told = dict[str, object]
VARIABLE = "environment:"
"""Before the name of an environment variable, among the keys: its value is an address or a key."""


def load(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`sources`, `out`, `now`, one of `descriptor` and `mapping`, and `s3` for an object store.

    Addresses and keys of stores come as keys, `environment:NAME` each. Answers `outcome`, with its
    findings in words as `said`.
    """
    order = loading.Order(
        sources=[str(source) for source in asking.listed(asked, "sources")],
        out=Path(asking.text(asked, "out")),
        now=asking.moment(asked),
        descriptor=asking.path(asked, "descriptor"),
        mapping=asking.path(asked, "mapping"),
        s3=asking.path(asked, "s3"),
        environment={
            name.removeprefix(VARIABLE): str(asking.key(keys, name), "utf-8")
            for name in keys
            if name.startswith(VARIABLE)
        },
    )
    return _outcome(loading.load(order, watch=watch))


def bring_in(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`files` (or a `folder` of them), `described` (the holding's folder), `out`, `now`.

    Answers like `load`.
    """
    outcome = bring.bring(
        [str(file) for file in [*asking.paths(asked, "files"), *_in_folder(asked)]],
        described=Path(asking.text(asked, "described")),
        out=Path(asking.text(asked, "out")),
        now=asking.moment(asked),
        watch=watch,
    )
    return _outcome(outcome)


def examine(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`holding`: a folder; `linked`: those of holdings its links name; `every`: cut no list.

    Answers the `report` of a holding check, with its findings in words as `said`.
    """
    report = holding_check.check(
        Path(asking.text(asked, "holding")),
        linked=asking.paths(asked, "linked"),
        every=bool(asked.get("every")),
        watch=watch,
    )
    return {"report": report.document(), "said": _said(report.findings)}


def profiled(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`holding`, `now`. For staff: exact figures of every column, and a class to consider."""
    try:
        found = profile.of(
            Path(asking.text(asked, "holding")), now=asking.moment(asked), watch=watch
        )
    except faults.Faulty as faulty:
        raise refusals.from_faults(faulty) from None
    return found.document()


def differing(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`old`, `new`: folders. For staff: what changed, as `diff` and in words as `said`."""
    try:
        found = diff.compare(
            Path(asking.text(asked, "old")), Path(asking.text(asked, "new")), watch=watch
        )
    except faults.Faulty as faulty:
        raise refusals.from_faults(faulty) from None
    return {"diff": found.document(), "said": found.sentences()}


def _in_folder(asked: asking.Asked) -> list[Path]:
    folder = asking.path(asked, "folder")
    return sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []


def _outcome(outcome: loading.Outcome) -> Told:
    return {"outcome": outcome.document(), "said": _said(outcome.report.findings)}


def _said(findings: Sequence[object]) -> list[str]:
    return [str(finding) for finding in findings]
