"""The newest checkpoint, for anyone: a page to read, text for programs, and the tree in tiles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from muniment.notary.tiles import tile_of
from muniment.pages import frame
from muniment.queries.ledger import anchors, tiles

YEAR = 365 * 24 * 3600


@require_safe
def text(request: HttpRequest) -> HttpResponse:
    """The signed note alone (C2SP tlog-checkpoint); caches keep it only for seconds."""
    newest = anchors.find_newest()
    if newest is None:
        raise Http404
    answer = HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
    patch_cache_control(answer, public=True, max_age=10)
    return answer


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:
    """A tile of the tree (C2SP tlog-tiles); it never changes, so that caches may keep it."""
    wanted = tile_of(place)
    found = None if wanted is None else tiles.find_tile(wanted)
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="application/octet-stream")
    patch_cache_control(answer, public=True, max_age=YEAR, immutable=True)
    return answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same with the key, and how to hold a receipt or an earlier mail against it."""
    context = {"newest": anchors.find_newest()}
    return frame.render(request, "ledger/checkpoint.html", context)
