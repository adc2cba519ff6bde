"""Addresses of what leaves the ledger."""

from django.urls import URLPattern, path

from muniment.pages.ledger import checkpoint, receipts

urlpatterns: list[URLPattern] = [
    path("checkpoint", checkpoint.text, name="checkpoint"),
    path("ledger/checkpoint", checkpoint.text, name="ledger_checkpoint"),
    path("ledger/tile/<path:place>", checkpoint.tile, name="ledger_tile"),
    path("checkpoint/", checkpoint.page, name="checkpoint_page"),
    path("requests/<str:reference>/receipts/", receipts.listing, name="receipts"),
    path(
        "requests/<str:reference>/receipts/<int:number>.json",
        receipts.download,
        name="receipt_file",
    ),
]
