"""Health, for whoever watches the process."""

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse


def up(request: HttpRequest) -> HttpResponse:
    """200 and `ok` when the database answers, else 503; nothing else is told."""
    try:
        connection.ensure_connection()
        connection.cursor().execute("SELECT 1")
    except Error:
        return HttpResponse("database\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
