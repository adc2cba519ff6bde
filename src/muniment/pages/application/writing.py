"""The form of a request: its sections as a task list, and each section as a page."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import application, step
from muniment.pages import frame, limits
from muniment.pages.application import boxes, compare, desk, files, reading
from muniment.pages.people import signed_in
from muniment.queries import application as queries
from muniment.queries import specification

ADD_ROW = "add"
APPLICANT = "applicant"
"""The field that asks who applies."""


@require_safe
@signed_in.only
def tasks(request: HttpRequest, reference: str) -> HttpResponse:
    """Every section with what it still needs."""
    at = desk.at(request, reference)
    form = queries.form_of(at.case)
    context = {"case": at.case, "open": at.is_open, "newer": at.newer}
    context |= _overview(at.case, form)
    return frame.render(request, "application/tasks.html", context, here="request_list")


def _overview(case: Any, form: queries.Form) -> dict[str, Any]:
    """The sections, and whether everything is there that is checked before sending."""
    asked = specification.asked_of(case)
    confirmed = asked.confirmed_at is not None and not asked.unfinished
    return {
        "intro": form.bundle["form"].get("intro", ""),
        "tasks": [_task(form, section) for section in form.sections()],
        "asked": asked,
        "ready": not form.missing and not form.wrong and confirmed,
        "entered": queries.list_entered(case),
    }


def _task(form: queries.Form, section: Any) -> dict[str, Any]:
    gaps = form.gaps(section["id"])
    return {
        "section": section,
        "gaps": len(gaps),
        "begun": section["id"] in form.answers,
        "saved": form.saved.get(section["id"]),
    }


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.uploads
def section(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One section; saving it keeps whatever is there, finished or not."""
    at = desk.at(request, reference)
    form = queries.form_of(at.case)
    asked = form.find_section(name)
    if asked is None:
        raise Http404
    if request.method == "POST":
        return _save(request, at, asked, form)
    return _draw(request, at, form, asked, more_rows=request.GET.get(ADD_ROW, ""))


def _save(request: HttpRequest, at: desk.Desk, asked: Any, form: queries.Form) -> HttpResponse:
    before = form.answers.get(asked["id"], {})
    taken = files.take(asked, request, at=at, before=before)
    given = compare.chosen(request) or reading.answers(asked, request.POST, before=taken.answers)
    try:
        application.save_section(
            at.case,
            asked["id"],
            given,
            version=desk.version(request),
            actor=at.actor,
            now=at.now,
        )
    except application.EditedElsewhere as found:
        return _differ(request, at, asked, found)
    except step.Refused as refused:
        files.settle(asked, at=at, answers=before)
        return _refused(request, at, form, asked, refused)
    return _saved(request, at, asked, form, not_taken=taken.refused)


def _saved(
    request: HttpRequest, at: desk.Desk, asked: Any, before: queries.Form, *, not_taken: list[Any]
) -> HttpResponse:
    """Where to go: on, unless the answers brought up new questions or do not fit."""
    form = queries.form_of(at.case)
    files.settle(asked, at=at, answers=form.answers.get(asked["id"], {}))
    if files.AUTOSAVE in request.headers:
        shown = [one.field["id"] for one in form.asked if one.section["id"] == asked["id"]]
        return JsonResponse({"version": form.versions[asked["id"]], "shown": shown})
    if row := request.POST.get(ADD_ROW):
        return _draw(request, at, form, asked, more_rows=row)
    new = {one.field["id"] for one in form.asked} - {one.field["id"] for one in before.asked}
    here = {field["id"] for field in asked["fields"]}
    wrong = [each for each in form.wrong if each.params["section_id"] == asked["id"]]
    if wrong or not_taken or new & here:
        more = bool(new & here)
        return _draw(request, at, form, asked, more_asked=more, judged=True, not_taken=not_taken)
    return _next(at, form, asked)


def _next(at: desk.Desk, form: queries.Form, asked: Any) -> HttpResponse:
    names = [each["id"] for each in form.sections()]
    spot = names.index(asked["id"]) + 1 if asked["id"] in names else len(names)
    if spot < len(names):
        return shortcuts.redirect("application_section", at.case.reference, names[spot])
    return shortcuts.redirect("application", at.case.reference)


def _known(at: desk.Desk, form: queries.Form, asked: Any) -> Mapping[str, Any]:
    """The answers; until they are saved once, who applies is what the account says."""
    answers: Mapping[str, Any] = form.answers.get(asked["id"], {})
    fields = {field["id"]: field["type"] for field in asked["fields"]}
    begun = asked["id"] in form.versions or not at.is_open
    if begun or fields.get(APPLICANT) != "person":
        return answers
    person, place = at.case.applicant, at.case.institution
    said = {"name": person.name, "email": person.email, "orcid": person.orcid,
            "institution": place.name if place else ""}  # fmt: skip
    return {APPLICANT: said, **answers}


def _draw(
    request: HttpRequest,
    at: desk.Desk,
    form: queries.Form,
    asked: Any,
    *,
    more_rows: str = "",
    more_asked: bool = False,
    judged: bool = False,
    not_taken: Sequence[Any] = (),
) -> HttpResponse:
    name = asked["id"]
    wrong = [each for each in form.wrong if each.params["section_id"] == name] + list(not_taken)
    sheet = boxes.sheet(
        form.bundle,
        asked,
        answers=files.shown(asked, case=at.case, answers=_known(at, form, asked)),
        asked=form.asked,
        refusals=wrong,
        more_rows=more_rows,
    )
    context = {
        "case": at.case,
        "sheet": sheet,
        "closed": application.against_writing(at.case),
        "version": form.versions.get(name, 0),
        "saved": form.saved.get(name),
        "wrong": wrong if judged else [],
        "more_asked": more_asked,
    }
    return frame.render(request, "application/section.html", context, here="request_list")


def _differ(
    request: HttpRequest, at: desk.Desk, asked: Any, found: application.EditedElsewhere
) -> HttpResponse:
    """Two people wrote at once: both texts, side by side, to choose from."""
    if files.AUTOSAVE in request.headers:
        return JsonResponse({"edited_elsewhere": True}, status=409)
    context = {
        "case": at.case,
        "section": asked,
        "version": found.version,
        "differences": compare.differences(asked, found.yours, found.theirs),
        "yours": json.dumps(found.yours),
        "theirs": json.dumps(found.theirs),
    }
    return frame.render(request, "application/compare.html", context, status=409)


def _refused(
    request: HttpRequest, at: desk.Desk, form: queries.Form, asked: Any, refused: step.Refused
) -> HttpResponse:
    if files.AUTOSAVE in request.headers:
        said = [reason.sentence for reason in refused.reasons]
        return JsonResponse({"refused": said}, status=409)
    context = {"case": at.case, "section": asked, "reasons": refused.reasons}
    return frame.render(request, "application/not_saved.html", context, status=409)
