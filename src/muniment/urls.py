"""Every address of the site."""

from django.urls import URLPattern, URLResolver, path

from muniment.pages import data, demo, guide, requests, up

urlpatterns: list[URLPattern | URLResolver] = [
    path("", data.front, name="front"),
    path("data/", data.listing, name="data_list"),
    path("data/<slug:slug>/", data.sheet, name="data_sheet"),
    path("how-access-works/", guide.how_access_works, name="how_access_works"),
    path("requests/", requests.listing, name="request_list"),
    path("requests/<str:reference>/", requests.request, name="request"),
    path("demo/", demo.people, name="demo_people"),
    path("demo/<str:token>/", demo.link, name="demo_link"),
    path("sign-out/", demo.sign_out, name="sign_out"),
    path("up/", up.up, name="up"),
]

handler400 = "muniment.pages.errors.bad_request"
handler403 = "muniment.pages.errors.forbidden"
handler404 = "muniment.pages.errors.not_found"
handler500 = "muniment.pages.errors.broken"
