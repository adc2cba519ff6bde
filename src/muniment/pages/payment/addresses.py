"""Addresses of money."""

from django.urls import URLPattern, path

from muniment.pages.payment import fees, invoice, invoices, own, tax

urlpatterns: list[URLPattern] = [
    path("office/invoices/", invoices.page, name="office_invoices"),
    path("office/<str:reference>/fees/", fees.tab, name="office_fees"),
    path("requests/<str:reference>/fees/", own.page, name="fees"),
    path("requests/<str:reference>/quote-<int:version>.pdf", invoice.quote, name="quote_pdf"),
    path("invoices/<str:number>/", invoice.page, name="invoice"),
    path("invoices/<str:number>/tax-form.pdf", tax.form, name="invoice_tax_form"),
    path("invoices/<str:number>/invoice.pdf", invoice.pdf, name="invoice_pdf"),
]
