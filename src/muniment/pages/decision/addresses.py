"""The addresses of the decision."""

from django.urls import URLPattern, path

from muniment.pages.decision import chair, conditions, letter, tab

urlpatterns: list[URLPattern] = [
    path("office/<str:reference>/decision/", tab.decision_tab, name="office_decision"),
    path("decisions/<str:reference>/", chair.decision, name="decision_chair"),
    path("requests/<str:reference>/letters/<int:pk>.pdf", letter.letter, name="decision_letter"),
    path(
        "requests/<str:reference>/conditions/<int:pk>/",
        conditions.report,
        name="decision_condition",
    ),
]
"""Put before the office's own, so that a request cannot be called `decision`."""
