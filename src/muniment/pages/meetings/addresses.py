"""The addresses of meetings."""

from django.urls import URLPattern, path

from muniment.pages.meetings import item, listing, meeting, papers

urlpatterns: list[URLPattern] = [
    path("meetings/", listing.listing, name="meeting_list"),
    path("meetings/<int:pk>/", meeting.meeting, name="meeting"),
    path("meetings/<int:pk>/papers.pdf", papers.papers, name="meeting_papers"),
    path("meetings/<int:pk>/item/<int:order>/", item.item, name="meeting_item"),
]
