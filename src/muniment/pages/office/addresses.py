"""The office's addresses; each room's own pages follow in the room's own list."""

from django.urls import URLPattern, path

from muniment.pages.office import overview, queue

urlpatterns: list[URLPattern] = [
    path("office/", queue.queue, name="office_queue"),
    path("office/<str:reference>/", overview.overview, name="office_request"),
]
