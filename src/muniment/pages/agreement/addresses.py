"""The addresses of agreements. The tab stands before the office's own."""

from django.urls import URLPattern, path

from muniment.pages.agreement import files, signing, tab

urlpatterns: list[URLPattern] = [
    path("office/<str:reference>/agreement/", tab.tab, name="office_agreement"),
    path("sign/", signing.listing, name="sign_list"),
    path("sign/<str:reference>/", signing.sign, name="sign"),
    path("sign/<str:reference>/agreement.<str:kind>", files.file, name="sign_file"),
]
