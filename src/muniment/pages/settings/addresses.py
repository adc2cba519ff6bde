"""The addresses of the settings."""

from django.urls import URLPattern, path

from muniment.pages.settings import edition, overview, people, roster, writing

urlpatterns: list[URLPattern] = [
    path("office/settings/", overview.settings, name="settings"),
    path("office/settings/roster/", roster.roster, name="settings_roster"),
    path("office/people/", people.listing, name="office_people"),
    path("office/people/<slug:public_id>/", people.person, name="office_person"),
    path(
        "office/people/<slug:public_id>/trainings/<int:pk>/",
        people.certificate,
        name="office_certificate",
    ),
    path("office/settings/edit/<path:name>/", writing.edit, name="settings_edit"),
    path("office/settings/<int:number>/", edition.edition, name="settings_edition"),
    path("office/settings/<int:number>/folder.zip", edition.export, name="settings_export"),
]
