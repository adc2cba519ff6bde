"""Addresses of what follows a release."""

from django.urls import URLPattern, path

from muniment.pages.aftercare import office, own

urlpatterns: list[URLPattern] = [
    path("requests/<str:reference>/after/", own.after, name="request_after"),
    path("office/<str:reference>/after/", office.after, name="office_after"),
]
