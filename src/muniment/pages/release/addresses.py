"""Addresses of the release room; they stand before those of one request in the office."""

from django.urls import URLPattern, path

from muniment.pages.release import builds, downloads, keys, stream, workbench

urlpatterns: list[URLPattern] = [
    path("builds/", builds.listing, name="builds"),
    path("office/<str:reference>/release/", workbench.workbench, name="office_release"),
    path("requests/<str:reference>/downloads/<int:pk>/", downloads.act, name="delivery"),
    path("requests/<str:reference>/key/", keys.key, name="delivery_key"),
    path("downloads/<str:token>/", stream.browser, name="download_stream"),
    path("fetch/<str:token>/", stream.program, name="download_fetch"),
]
