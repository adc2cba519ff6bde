"""The information list, one dataset's sheet, and what anyone may do there."""

from typing import Any

from django import shortcuts
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import catalogue as steps
from muniment.actions import people, step
from muniment.pages import frame, limits
from muniment.pages.people import signed_in
from muniment.pages.public import linked, sheet
from muniment.pages.wording import datasets
from muniment.queries import catalogue
from muniment.queries.catalogue import publication
from muniment.rulebook.words import Role

LONGEST_SEARCH = 200


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The site opens on the information list."""
    return shortcuts.redirect("data_list")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list, searched and narrowed by a plain GET form, as of any of its editions."""
    asked = _asked(request)
    found = catalogue.find_listing(**asked)
    if found is None and asked["edition"]:
        raise Http404
    context = {
        **asked,
        "narrowed": bool(asked["search"] or asked["statuses"] or asked["kinds"]),
        "listing": found,
        "rows": _rows(found, offered=True),
        "unoffered": _rows(found, offered=False),
        "facets": _facets(found) if found else [],
    }
    return frame.render(request, "data/list.html", context, here="data_list")


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """What the list says of one dataset."""
    found = catalogue.find_sheet(slug, edition=request.GET.get("edition", ""))
    if found is None:
        raise Http404
    context = sheet.context(found)
    context["linked"] = linked.dataset(found, root=request.build_absolute_uri("/"))
    planned = found.entry.status == "planned"
    context["told"] = planned and catalogue.has_asked(request.user.pk, slug)
    return frame.render(request, "data/sheet.html", context, here="data_list")


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("interest", times=40)
def interest(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to be told when a planned dataset opens; told once."""
    dataset = catalogue.find_dataset(slug)
    if dataset is None:
        raise Http404
    actor, now = people.acting(signed_in.person(request), Role.ANYONE), timezone.now()
    about, held = {"dataset": dataset}, dataset.programme
    reasons = step.refusals("register_interest", held, actor=actor, now=now, about=about)
    if request.method == "POST" and not reasons:
        steps.register_interest(held, dataset, actor=actor, now=now)
        return shortcuts.redirect("data_sheet", slug)
    context = {"dataset": dataset, "reasons": reasons}
    return frame.render(request, "data/interest.html", context, here="data_list")


@require_http_methods(["GET", "HEAD", "POST"])
@limits.only("publication", times=60)
def download(request: HttpRequest, slug: str, table: str) -> Any:
    """A table of a public dataset as it was loaded. Nothing else is ever read from a holding.

    The button posts, and that it was given is put on record. The same address can be fetched by
    programs, which reads and writes nothing: the file is public and about nobody, crawlers and
    previews follow links, and a ledger that anybody could fill by following one would say little.
    """
    found = catalogue.find_sheet(slug)
    files = [each for each in found.files if each.table == table] if found else []
    folder = settings.MUNIMENT_HOME / "holdings"
    for each in files:
        path = (folder / each.folder / each.path).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            if request.method == "POST":
                _note(request, each)
            name = f"{slug}-{path.name}"
            return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    raise Http404


def _note(request: HttpRequest, file: Any) -> None:
    """The rule is asked, and the ledger keeps it; what is not public any more is not there."""
    person = signed_in.person(request) if request.user.is_authenticated else None
    holding = publication.get_holding(file.holding)
    try:
        steps.download_publication(holding, file.table, person=person, now=timezone.now())
    except step.Refused:
        raise Http404 from None


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "search": request.GET.get("q", "").strip()[:LONGEST_SEARCH],
        "statuses": request.GET.getlist("availability"),
        "kinds": request.GET.getlist("kind"),
        "edition": request.GET.get("edition", "").strip()[:40],
    }


def _rows(found: catalogue.Listing | None, *, offered: bool) -> list[dict[str, Any]]:
    """What may be asked for, or ever will be; what is not offered is listed apart, in short."""
    entries = found.entries if found else ()
    return [sheet.row(each) for each in entries if (each.status != "not_offered") is offered]


def _facets(found: catalogue.Listing) -> list[dict[str, Any]]:
    statuses = [(each, str(datasets.AVAILABILITY[each.value].label)) for each in found.statuses]
    kinds = [(each, each.label) for each in found.kinds]
    return [
        {"name": "availability", "legend": gettext("Availability"), "choices": statuses},
        {"name": "kind", "legend": gettext("Kind of data"), "choices": kinds},
    ]
