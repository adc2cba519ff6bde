"""The addresses of the settings."""

from django.urls import URLPattern, path

from muniment.pages.settings import edition, overview, roster, writing

urlpatterns: list[URLPattern] = [
    path("office/settings/", overview.settings, name="settings"),
    path("office/settings/roster/", roster.roster, name="settings_roster"),
    path("office/settings/edit/<path:name>/", writing.edit, name="settings_edit"),
    path("office/settings/<int:number>/", edition.edition, name="settings_edition"),
    path("office/settings/<int:number>/folder.zip", edition.export, name="settings_export"),
]
