"""The addresses of the catalogue."""

from django.urls import URLPattern, path

from muniment.pages.catalogue import edition, listing, methods

urlpatterns: list[URLPattern] = [
    path("office/catalog/", listing.listing, name="office_catalog"),
    path("office/catalog/<int:pk>/", edition.edition, name="office_edition"),
    path("office/catalog/methods/<int:pk>/", methods.methods, name="office_methods"),
]
