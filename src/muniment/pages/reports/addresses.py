"""The addresses of the reports."""

from django.urls import URLPattern, path

from muniment.pages.reports import alone, page

urlpatterns: list[URLPattern] = [
    path("office/reports/", page.reports, name="reports"),
    path("office/reports.csv", page.as_csv, name="reports_csv"),
    path("office/reports/alone/", alone.alone, name="reports_alone"),
    path("office/reports/alone.csv", alone.as_csv, name="reports_alone_csv"),
]
