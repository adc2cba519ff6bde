"""Addresses of what hangs on a request."""

from django.urls import URLPattern, path

from muniment.pages.children import deciding, hearing, opening

urlpatterns: list[URLPattern] = [
    path("requests/<str:reference>/changes/", opening.changes, name="request_changes"),
    path("decisions/<str:reference>/hearing/", hearing.hearing, name="hearing"),
    path("office/<str:reference>/change/", deciding.change, name="office_change"),
]
