"""The committee's addresses."""

from django.urls import URLPattern, path

from muniment.pages.review import conflict, leading, listing, office, own, papers, talk

urlpatterns: list[URLPattern] = [
    path("reviews/", listing.listing, name="review_list"),
    path("reviews/<str:reference>/", own.own, name="review"),
    path("reviews/<str:reference>/conflict/", conflict.conflict, name="review_conflict"),
    path("reviews/<str:reference>/papers/", papers.papers, name="review_papers"),
    path("reviews/<str:reference>/discussion/", talk.talk, name="review_talk"),
    path("reviews/<str:reference>/reviewers/", leading.readers, name="review_readers"),
    path("office/<str:reference>/review/", office.review_tab, name="office_review"),
]
