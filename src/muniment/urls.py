"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path

from muniment.api import payment as api_payment
from muniment.api import signing as api_signing
from muniment.pages import codebook, data, demo, guide, outbox, register, requests, up
from muniment.pages.aftercare import addresses as aftercare_addresses
from muniment.pages.agreement import addresses as agreement_addresses
from muniment.pages.application import files, offline, sending, start, writing
from muniment.pages.catalogue import addresses as catalogue_addresses
from muniment.pages.children import addresses as children_addresses
from muniment.pages.decision import addresses as decision_addresses
from muniment.pages.enquiry import asking, letters, mailed, office, verifying
from muniment.pages.ledger import addresses as ledger_addresses
from muniment.pages.meetings import addresses as meetings_addresses
from muniment.pages.office import addresses as office_addresses
from muniment.pages.payment import addresses as payment_addresses
from muniment.pages.people import door
from muniment.pages.public import harvest
from muniment.pages.release import addresses as release_addresses
from muniment.pages.reports import addresses as reports_addresses
from muniment.pages.review import addresses as review_addresses
from muniment.pages.screening import addresses as screening_addresses
from muniment.pages.settings import addresses as settings_addresses
from muniment.pages.specification import counted, overview, paper, part, proposals, words
from muniment.pages.team import joining, listing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", data.front, name="front"),
    path("data/", data.listing, name="data_list"),
    # What anyone reads
    path("data/<slug:slug>/", data.one, name="data_sheet"),
    path("data/<slug:slug>/interest/", data.interest, name="data_interest"),
    path("data/<slug:slug>/download/<slug:table>.csv", data.download, name="data_download"),
    path("data/<slug:slug>/codebook/", codebook.page, name="codebook"),
    path("data/<slug:slug>/codebook.csv", codebook.as_csv, name="codebook_csv"),
    path("data/<slug:slug>/codebook.pdf", codebook.as_pdf, name="codebook_pdf"),
    path("catalogue.ttl", harvest.turtle, name="catalog_turtle"),
    path("catalogue.jsonld", harvest.json_ld, name="catalog_json_ld"),
    path("how-access-works/", guide.how_access_works, name="how_access_works"),
    path("how-access-works/policy/", guide.policy, name="policy"),
    path("register/", register.listing, name="register"),
    path("register.csv", register.as_csv, name="register_csv"),
    path("register/<str:reference>/", register.one, name="register_use"),
    path("requests/", requests.listing, name="request_list"),
    path("requests/<str:reference>/", requests.request, name="request"),
    path("requests/<str:reference>/questions/<int:pk>/", requests.answer, name="request_answer"),
    path("requests/<str:reference>/messages/", requests.ask, name="request_ask"),
    path("data/<slug:slug>/request/", start.start, name="application_start"),
    path("requests/<str:reference>/form/", writing.tasks, name="application"),
    path("requests/<str:reference>/form/<slug:name>/", writing.section, name="application_section"),
    path("requests/<str:reference>/check/", sending.check, name="application_check"),
    path("requests/<str:reference>/edition/", sending.edition, name="application_edition"),
    path("requests/<str:reference>/withdraw/", start.withdraw, name="application_withdraw"),
    path("requests/<str:reference>/copy/", start.copy, name="application_copy"),
    # The data specification.
    path("requests/<str:reference>/data/", overview.data, name="specification"),
    path("requests/<str:reference>/data/add/", overview.add, name="specification_add"),
    path("requests/<str:reference>/data/confirm/", overview.confirm, name="specification_confirm"),
    path("requests/<str:reference>/data/json/", paper.edit, name="specification_paper"),
    path(
        "requests/<str:reference>/data/specification.json",
        paper.download,
        name="specification_download",
    ),
    path("requests/<str:reference>/data/words/", words.describe, name="specification_words"),
    path("requests/<str:reference>/data/draft/", words.draft, name="specification_draft"),
    path(
        "requests/<str:reference>/data/proposal/", proposals.proposal, name="specification_proposal"
    ),
    path("requests/<str:reference>/data/parts/<slug:name>/", part.part, name="specification_part"),
    path(
        "requests/<str:reference>/data/parts/<slug:name>/count/",
        counted.fragment,
        name="specification_count",
    ),
    path(
        "requests/<str:reference>/data/parts/<slug:name>/remove/",
        overview.remove,
        name="specification_remove",
    ),
    # Files, and forms filled in off line.
    path("forms/<slug:programme>/application.<str:kind>", offline.blank, name="form_file"),
    path("apply/by-form/", offline.begin, name="apply_by_form"),
    path("requests/<str:reference>/upload/", offline.upload, name="application_upload"),
    path("requests/<str:reference>/entered/", offline.entered, name="application_entered"),
    path("requests/<str:reference>/files/<slug:sha256>/", files.download, name="application_file"),
    # team
    path("requests/<str:reference>/team/", listing.listing, name="team"),
    path("requests/<str:reference>/team/<int:pk>/end/", listing.end, name="team_end"),
    path(
        "requests/<str:reference>/team/supervisor/", listing.ask_supervisor, name="team_supervisor"
    ),
    path("requests/<str:reference>/supervision/", joining.supervision, name="supervision"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    # enquiries and letters
    path("ask/", asking.ask, name="ask"),
    path("enquiries/", asking.listing, name="enquiries"),
    path("enquiries/<int:pk>/", asking.own, name="enquiry"),
    path("enquiries/<int:pk>/letters/<int:proof>.pdf", letters.letter, name="enquiry_letter"),
    path("office/enquiries/", office.listing, name="office_enquiries"),
    path("office/enquiries/<int:pk>/", office.detail, name="office_enquiry"),
    path("office/enquiries/<int:pk>/form/", mailed.form, name="office_enquiry_form"),
    path("verify/<str:code>/", verifying.verify, name="verify"),
    # money
    path("api/payments/card/", api_payment.card, name="card_report"),
    path("api/signatures/report/", api_signing.report, name="signing_report"),
    *payment_addresses.urlpatterns,
    # the ledger
    *ledger_addresses.urlpatterns,
    # the catalogue
    *catalogue_addresses.urlpatterns,
    # the settings
    *settings_addresses.urlpatterns,
    # reports
    *reports_addresses.urlpatterns,
    # the committee
    *review_addresses.urlpatterns,
    # meetings
    *meetings_addresses.urlpatterns,
    # the decision
    *decision_addresses.urlpatterns,
    # screening
    *screening_addresses.urlpatterns,
    *release_addresses.urlpatterns,
    # the office
    *aftercare_addresses.urlpatterns,
    *children_addresses.urlpatterns,
    # the agreement
    *agreement_addresses.urlpatterns,
    *office_addresses.urlpatterns,
    path("outbox/", outbox.listing, name="outbox"),
    path("outbox/<str:name>/", outbox.mail, name="outbox_mail"),
    # people
    path("accounts/", include(door.urlpatterns)),
    path("demo/", demo.people, name="demo_people"),
    path("demo/<str:token>/", demo.link, name="demo_link"),
    path("sign-out/", demo.sign_out, name="sign_out"),
    path("up/", up.up, name="up"),
]

handler400 = "muniment.pages.errors.bad_request"
handler403 = "muniment.pages.errors.forbidden"
handler404 = "muniment.pages.errors.not_found"
handler429 = "muniment.pages.errors.too_many"
handler500 = "muniment.pages.errors.broken"
