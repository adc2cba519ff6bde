"""What another party posts to us: no longer than a true report, and one answer to a false one."""

from django.http import HttpRequest, HttpResponse, JsonResponse


def body(request: HttpRequest, *, most: int) -> bytes:
    """What was posted; nothing where it is longer than `most` bytes."""
    found: bytes = request.read(most + 1)
    return found if len(found) <= most else b""


def received() -> HttpResponse:
    """It was taken in, now or before."""
    return JsonResponse({"received": True})


def refused(fault: Exception) -> HttpResponse:
    """It does not hold, and moved nothing."""
    said = {"title": "Not accepted", "status": 400, "detail": str(fault)}
    return JsonResponse(said, status=400)
