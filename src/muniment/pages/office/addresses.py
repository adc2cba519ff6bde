"""The office's addresses; each room's own pages follow in the room's own list."""

from django.urls import URLPattern, path

from muniment.pages.office import absence, confirming, history, jobs, messages, overview, queue

urlpatterns: list[URLPattern] = [
    path("office/", queue.queue, name="office_queue"),
    path("office/away/", absence.absence, name="office_absence"),
    path("office/confirmations/", confirming.listing, name="confirmations"),
    path("office/confirmations/<int:pk>/", confirming.confirmation, name="confirmation"),
    path("office/jobs/", jobs.given_up, name="office_jobs"),
    path("office/<str:reference>/", overview.overview, name="office_request"),
    path("office/<str:reference>/messages/", messages.messages, name="office_messages"),
    path("office/<str:reference>/history/", history.history_page, name="office_history"),
    path("office/<str:reference>/history.csv", history.history_csv, name="office_history_csv"),
]
