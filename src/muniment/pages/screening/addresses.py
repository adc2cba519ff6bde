"""The addresses of screening, each under its request."""

from django.urls import URLPattern, path

from muniment.pages.screening import (
    application,
    availability,
    completeness,
    explained,
    points,
    policy,
    scope,
)

UNDER = "office/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path(f"{UNDER}application/", application.tab, name="office_application"),
    path(f"{UNDER}completeness/", completeness.tab, name="office_completeness"),
    path(f"{UNDER}availability/", availability.tab, name="office_availability"),
    path(f"{UNDER}availability/<slug:part>/scope/", scope.page, name="office_scope"),
    path(f"{UNDER}policy/", policy.tab, name="office_policy"),
    path(f"{UNDER}policy/<slug:rule>/", explained.page, name="office_policy_rule"),
    path("requests/<str:reference>/points/", points.page, name="request_points"),
]
