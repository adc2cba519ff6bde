"""The Data Use Agreement, who signed it, and the estimate it is issued with."""

import uuid

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Agreement(Made):
    """One per institution whose people will hold data; quotes the terms by their hash."""

    class Kind(models.TextChoices):
        LEAD = "lead"
        JOINDER = "joinder"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="agreements")
    institution = models.ForeignKey("muniment.Institution", on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LEAD)
    version = models.PositiveSmallIntegerField(default=1)
    document = models.JSONField(default=dict, help_text="what text and machine copy are made from")
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    terms = models.TextField(help_text="canonical JSON: what Annex B signs")
    terms_sha256 = models.CharField(max_length=64)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    issued_at = at()
    issued_by = by()
    superseded_at = at()
    superseded_by = by()
    void_reason = models.TextField(blank=True, help_text="why it was voided; empty: it was not")

    class Meta:
        constraints = [
            both("issued", table="agreement"),
            both("superseded", table="agreement"),
            models.UniqueConstraint(
                fields=["case", "institution", "version"], name="agreement_version_once"
            ),
        ]


class MasterAgreement(Made):
    """What one institution signed once for all its projects; theirs are annexes while it runs.

    Recorded from the signed paper by the office. Annexes that were made keep to it as it was, also
    when it has ended since.
    """

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="master_agreements"
    )
    institution = models.ForeignKey(
        "muniment.Institution", on_delete=models.PROTECT, related_name="master_agreements"
    )
    number = models.CharField(max_length=120, help_text="number or title, as on the paper")
    signed_on = models.DateField(help_text="the day of the last signature on the paper")
    ends_on = models.DateField(null=True, blank=True, help_text="last day; empty: until ended")
    scan = models.ForeignKey("muniment.StoredFile", on_delete=models.PROTECT, related_name="+")
    ended_at = at()
    ended_by = by()
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            both("ended", table="masteragreement"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("signed_on")),
                name="masteragreement_days_in_order",
            ),
        ]


class Addendum(Made):
    """What was added to a signed agreement later: a granted renewal names another last day.

    The signed text foresees it, so that text and addenda together say what holds.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    ends_on = models.DateField()
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="addendum_number_once")
        ]


class ClauseChange(Made):
    """A change to one clause that the institution proposes, until it is accepted or refused."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="clause_changes"
    )
    clause = models.CharField(max_length=60)
    text = models.TextField()
    reason = models.TextField(blank=True)
    accepted_at = at()
    accepted_by = by()
    refused_at = at()
    refused_by = by()
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            both("accepted", table="clausechange"),
            both("refused", table="clausechange"),
        ]


class NamedOfficial(Made):
    """Whom the applicant's side names to sign for an institution; staff verify, or do not."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="officials")
    institution = models.ForeignKey("muniment.Institution", on_delete=models.PROTECT)
    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=200, blank=True)


class Signature(Made):
    """A person signed what was shown: the hash, the method, the day."""

    class Method(models.TextChoices):
        IN_APP = "in_app"
        WET_INK = "wet_ink"
        EXTERNAL = "external"

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=30, help_text="the role in which they signed")
    shown_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=Method.choices)
    signed_on = models.DateField()
    typed_name = models.CharField(max_length=200, blank=True)
    authenticated = models.CharField(max_length=60, blank=True, help_text="how they signed in")
    intent = models.TextField(blank=True, help_text="the words they agreed to")
    scan = models.ForeignKey(
        "muniment.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = at()
    confirmed_by = by()

    class Meta:
        constraints = [
            both("confirmed", table="signature"),
            models.UniqueConstraint(
                fields=["agreement", "signer", "capacity"], name="signature_once"
            ),
        ]


class Declined(Made):
    """Somebody who was asked to sign said no, and why."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="declined")
    capacity = models.CharField(max_length=30)
    reason = models.TextField()


class Envelope(Made):
    """A text on its way to one signer over a provider of signatures, on the signer's own wish."""

    class State(models.TextChoices):
        ASKED = "asked"
        SENT = "sent"
        SIGNED = "signed"
        DECLINED = "declined"
        ENDED = "ended"

    LIVE = (State.ASKED, State.SENT)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="envelopes")
    signer = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40, help_text="the step that the signature will take")
    shown_sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64, blank=True, help_text="of the PDF that was sent")
    sent_size = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True, help_text="the provider's own name")
    address = models.URLField(max_length=600, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    said = models.TextField(blank=True, help_text="why it waits, or came to nothing")
    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, null=True, blank=True, related_name="envelope"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "signer", "step"],
                condition=Q(state__in=("asked", "sent")),
                name="envelope_live_once",
            )
        ]


class Seal(Made):
    """The PDF after one signature: sealed over everything before, and kept by its hash."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="seal")
    file = models.ForeignKey("muniment.StoredFile", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=5, help_text="PAdES: B-B, or B-LTA with a timestamp")
    stamped = models.ForeignKey(
        "muniment.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the file with the timestamp that came later",
    )  # fmt: skip


class Estimate(Made):
    """What fulfillment is expected to cost, line by line; issued only with the agreement."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="estimates")
    version = models.PositiveSmallIntegerField()
    lines = models.JSONField(help_text="list of {kind, what, formula, amount_minor}")
    order = models.JSONField(default=dict, help_text="what it was computed for")
    non_refundable_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    valid_until_on = models.DateField()
    issued_at = at()
    issued_by = by()
    accepted_at = at()
    accepted_by = by()
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("issued", table="estimate"),
            both("accepted", table="estimate"),
            both("superseded", table="estimate"),
            models.UniqueConstraint(fields=["case", "version"], name="estimate_version_once"),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="estimate_not_negative"),
        ]
