"""The steps of a build on the workbench: which one is next, which others are open; each taken."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from muniment.actions import release
from muniment.actions.release import builds as rows
from muniment.pages.office import filling
from muniment.pages.release import forms
from muniment.queries import release as releases
from muniment.rulebook import reading
from muniment.rulebook.words import Role

if TYPE_CHECKING:
    from muniment.pages.release.workbench import Workbench

OPEN, PLAN, BRING = "open_line", "plan_build", "bring_in_files"
AUTHORIZE, START, CHECK, RELEASE = "authorize_build", "start_build", "check", "release"
LABELS = {
    OPEN: _("Open the release"),
    PLAN: _("Draw the plan"),
    BRING: _("Bring the files in"),
    AUTHORIZE: _("Authorize this plan"),
    START: _("Start the build"),
    CHECK: _("Approve and release"),
    RELEASE: _("Release"),
}


def main_of(desk: "Workbench", build: Any) -> dict[str, Any] | None:
    """The one step that is next, with its reasons in the button's place where it is refused."""
    name, about = _next(desk, build)
    if not name:
        return None
    against = _variant(desk, name)
    reasons = desk.against(against, *_roles(against), **about)
    theirs = any(reason.code == "not-your-step" for reason in reasons)
    own = any(reason.code in ("check-own-build", "release-own-build") for reason in reasons)
    return {
        "step": name,
        "label": LABELS[name],
        "reasons": reasons,
        "theirs": theirs,
        "own": own,
        "line": about.get("line"),
        "approve_form": _approve(desk, build) if name == CHECK else None,
    }


def _next(desk: "Workbench", build: Any) -> tuple[str, dict[str, Any]]:
    """By the state of the newest build; the rulebook says whether it is open."""
    if build is None or build.state == "withdrawn":
        unplanned = (each for each in desk.lines() if not each.builds)
        waiting = (each.line for each in unplanned if not each.begun.lives)
        line = next((each for each in waiting if each.agreement.superseded_at is None), None)
        line = line or (build.line if build else None)
        return ("", {}) if line is None else _begun(line)
    about = about_of(build)
    if build.state == "planned":
        return (START if build.plan.approval else AUTHORIZE), about
    if build.state in ("built", "checking"):
        checks = list(build.checks.all())
        if checks and checks[-1].passed:
            return RELEASE, about
        return CHECK, {**about, "package_sha256": build.package_sha256}
    return "", {}


def _begun(line: Any) -> tuple[str, dict[str, Any]]:
    described = line.part.holding and not line.part.holding.content_sha256
    return (BRING if described else PLAN), {"line": line, "part": line.part}


def first_of(
    desk: "Workbench", bench: Any, main: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """The step by which an unplanned line begins; None where it is at work or next anyhow."""
    if bench.builds or bench.begun.lives or (main is not None and main["line"] == bench.line):
        return None
    name, about = _begun(bench.line)
    reasons = desk.against(name, *_roles(name), **about)
    return {"step": name, "label": LABELS[name], "reasons": reasons}


def about_of(build: Any) -> dict[str, Any]:
    """The rows that a step on this build is about; a reason is typed when it is taken."""
    return {**rows.rows_of(build), "package_sha256": None, "reason": "?"}


def others_of(desk: "Workbench", build: Any) -> dict[str, bool]:
    """Which further steps are open for this reader."""
    if build is None:
        return {}
    names = ("cancel_build", "view_sample_rows", _back(desk), "withdraw_build", "tell_recipients")
    shown = ("cancel", "look", "back", "withdraw", "recall")
    found = {
        short: desk.may(name, **about_of(build)) for short, name in zip(shown, names, strict=True)
    }
    rebuilds = build.state in ("checking", "released") and desk.may(
        PLAN, line=build.line, part=build.line.part
    )
    return {**found, "rebuild": rebuilds}


def list_openable(desk: "Workbench") -> list[Any]:
    """Approved parts whose line may be opened for an institution, with the reasons against it."""
    return [
        {
            "part": part,
            "agreement": agreement,
            "reasons": desk.against(
                _variant(desk, OPEN), Role.COORDINATOR, part=part, agreement=agreement
            ),
        }
        for part, agreement in releases.list_lines_to_open(desk.case)
    ]


def _variant(desk: "Workbench", name: str) -> str:
    """The first of its kind moves the case; later ones have a step of their own."""
    stage = desk.case.stage
    if name == OPEN:
        return OPEN if stage == "agreement" else "open_further_line"
    if name == RELEASE:
        return RELEASE if stage == "checking" else "release_later_build"
    return name


def _back(desk: "Workbench") -> str:
    if desk.case.stage != "checking":
        return "send_back_later_build"
    waiting = sum(1 for each in desk.lines() for row in each.builds if row.state == "checking")
    return "send_back_further_build" if waiting > 1 else "send_back_build"


def _roles(name: str) -> tuple[Role, ...]:
    return tuple(reading.STEPS[name].by)


def _approve(desk: "Workbench", build: Any) -> forms.Approve:
    looked = releases.find_sample(build, desk.person, now=desk.now) is not None
    return desk.form(
        "approve", forms.Approve, looked=looked, initial={"package_sha256": build.package_sha256}
    )


def _build(desk: "Workbench") -> Any:
    found = desk.build()
    if found is None:
        raise Http404
    return found


def _line(desk: "Workbench") -> Any:
    key = filling.key_of(desk.request.POST.get("line", ""))
    found = releases.find_line(desk.case, key) if key is not None else None
    if found is None:
        raise Http404
    return found


def _open(desk: "Workbench") -> HttpResponse:
    named = desk.request.POST
    wanted = (named.get("part", ""), named.get("agreement", ""))
    for part, agreement in releases.list_lines_to_open(desk.case):
        if (part.part_id, str(agreement.pk)) == wanted:
            name = _variant(desk, OPEN)
            opening = release.open_line if name == OPEN else release.open_further_line
            opening(part, agreement=agreement, actor=desk.doing(name), now=desk.now)
            return desk.again()
    raise Http404


def _plan(desk: "Workbench") -> HttpResponse:
    release.ask_for_plan(_line(desk), actor=desk.doing(PLAN), now=desk.now)
    return desk.again()


def _bring(desk: "Workbench") -> HttpResponse:
    release.ask_to_bring(_line(desk), actor=desk.doing(BRING), now=desk.now)
    return desk.again()


def _authorize(desk: "Workbench") -> HttpResponse:
    release.authorize_build(_build(desk), actor=desk.doing(AUTHORIZE), now=desk.now)
    return desk.again()


def _start(desk: "Workbench") -> HttpResponse:
    release.start_build(_build(desk), actor=desk.doing(START), now=desk.now)
    return desk.again()


def _cancel(desk: "Workbench") -> HttpResponse:
    release.cancel_build(_build(desk), actor=desk.doing("cancel_build"), now=desk.now)
    return desk.again()


def _look(desk: "Workbench") -> HttpResponse:
    given = desk.given(desk.form("look", forms.Look))
    if given is None:
        return desk.page()
    actor = desk.doing("view_sample_rows")
    release.view_sample_rows(_build(desk), actor=actor, now=desk.now, purpose=given["purpose"])
    return desk.again()


def _check(desk: "Workbench") -> HttpResponse:
    """Certify, and release at once: the rule may refuse the second and the first stays."""
    build = _build(desk)
    given = desk.given(_approve(desk, build))
    if given is None:
        return desk.page()
    release.check(
        build, actor=desk.doing(CHECK), now=desk.now,
        package_sha256=given["package_sha256"], reason=given["reason"],
    )  # fmt: skip
    return _release(desk)


def _release(desk: "Workbench") -> HttpResponse:
    desk.case.refresh_from_db()
    name = _variant(desk, RELEASE)
    letting = release.release if name == RELEASE else release.release_later_build
    letting(_build(desk), actor=desk.doing(name), now=desk.now)
    return desk.again()


def _send_back(desk: "Workbench") -> HttpResponse:
    name = _back(desk)
    sending = {
        "send_back_build": release.send_back_build,
        "send_back_further_build": release.send_back_further_build,
        "send_back_later_build": release.send_back_later_build,
    }[name]
    sending(
        _build(desk), actor=desk.doing(name), now=desk.now,
        reason=desk.request.POST.get("reason", ""),
    )  # fmt: skip
    return desk.again()


def _withdraw(desk: "Workbench") -> HttpResponse:
    reason = desk.request.POST.get("reason", "")
    actor = desk.doing("withdraw_build")
    release.withdraw_build(_build(desk), actor=actor, now=desk.now, reason=reason)
    return desk.again()


def _recall(desk: "Workbench") -> HttpResponse:
    reason = desk.request.POST.get("reason", "")
    actor = desk.doing("tell_recipients")
    release.tell_recipients(_build(desk), actor=actor, now=desk.now, reason=reason)
    return desk.again()


STEPS = {
    OPEN: _open, PLAN: _plan, BRING: _bring, AUTHORIZE: _authorize, START: _start,
    CHECK: _check, RELEASE: _release, "cancel": _cancel, "look": _look, "back": _send_back,
    "withdraw": _withdraw, "recall": _recall,
}  # fmt: skip
