"""The addresses of the reports."""

from django.urls import URLPattern, path

from muniment.pages.reports import page

urlpatterns: list[URLPattern] = [
    path("office/reports/", page.reports, name="reports"),
    path("office/reports.csv", page.as_csv, name="reports_csv"),
]
