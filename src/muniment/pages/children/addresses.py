"""Addresses of what hangs on a request."""

from django.urls import URLPattern, path

from muniment.pages.children import deciding, opening

urlpatterns: list[URLPattern] = [
    path("requests/<str:reference>/changes/", opening.changes, name="request_changes"),
    path("office/<str:reference>/change/", deciding.change, name="office_change"),
]
