"""The pages for when there is no page."""

from django.http import HttpRequest, HttpResponse

from muniment.pages import frame


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for what exists but is not yours, so that nobody learns that it exists."""
    return frame.render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the request itself was refused."""
    return frame.bare(request, "errors/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be read."""
    return frame.bare(request, "errors/400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page touches neither database nor session."""
    return frame.bare(request, "errors/500.html", status=500)
