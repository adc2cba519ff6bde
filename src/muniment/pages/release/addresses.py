"""Addresses of the release room; they stand before those of one request in the office."""

from django.urls import URLPattern, path

from muniment.pages.release import builds, downloads, keys, series, stream, workbench

urlpatterns: list[URLPattern] = [
    path("builds/", builds.listing, name="builds"),
    path("office/<str:reference>/release/", workbench.workbench, name="office_release"),
    path("requests/<str:reference>/downloads/<int:pk>/", downloads.act, name="delivery"),
    path("office/<str:reference>/series/", series.office, name="office_series"),
    path("requests/<str:reference>/series/", series.own, name="request_series"),
    path("requests/<str:reference>/key/", keys.key, name="delivery_key"),
    path("downloads/<str:token>/", stream.browser, name="download_stream"),
    path("fetch/<str:token>/", stream.program, name="download_fetch"),
]
