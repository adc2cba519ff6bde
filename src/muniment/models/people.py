"""People, the institutions that answer for them, and the roles they hold."""

import uuid
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from muniment.rulebook import words

from .marks import Made, at, both, by


def opaque() -> str:
    """A public id that says nothing: 128 random bits as 32 hex digits."""
    return uuid.uuid4().hex


class PersonManager(BaseUserManager["Person"]):
    """Django asks for one; people are made by actions."""

    def create_user(self, email: str, name: str = "", **more: object) -> "Person":
        """A person who signs in without a password."""
        person = self.model(email=email.strip().lower(), name=name, **more)
        person.set_unusable_password()
        person.save(using=self._db)
        return person


class Institution(models.Model):
    """An organisation that can be bound by an agreement."""

    name = models.CharField(max_length=300)
    ror = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    official = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    official_verified_at = at()
    official_verified_by = by()
    official_verified_how = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [both("official_verified", table="institution")]

    def __str__(self) -> str:
        return self.name


class Person(AbstractBaseUser):
    """A human being known to the programme; everyone signs in as one."""

    class MailPace(models.TextChoices):
        AT_ONCE = "at_once"
        DAILY = "daily"

    public_id = models.CharField(max_length=32, unique=True, default=opaque, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    orcid = models.CharField(max_length=19, blank=True)
    position = models.CharField(max_length=200, blank=True)
    member_number = models.CharField(max_length=40, blank=True)
    mail_pace = models.CharField(
        max_length=8, choices=MailPace.choices, blank=True, help_text="empty: as the office suits"
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    email_verified_at = at()
    email_verified_by = by()
    identity_verified_at = at()
    identity_verified_by = by()
    identity_how = models.CharField(max_length=300, blank=True)
    credentials_reset_at = at()
    credentials_reset_by = by()
    erased_at = at()
    erased_by = by()

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            both("email_verified", table="person"),
            both("identity_verified", table="person"),
            both("credentials_reset", table="person"),
            both("erased", table="person"),
        ]

    def __str__(self) -> str:
        return self.name


class Actor(models.Model):
    """Who acted: a person or the system, as which role, by what door, on whose behalf."""

    class Via(models.TextChoices):
        SESSION = "session"
        TOKEN = "token"
        COMMAND = "command"
        JOB = "job"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="acts"
    )
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in words.Role])
    via = models.CharField(max_length=10, choices=Via.choices)
    on_behalf_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "via", "on_behalf_of"], name="actor_once"
            ),
            models.UniqueConstraint(
                fields=["person", "role", "via"],
                condition=Q(on_behalf_of__isnull=True),
                name="actor_once_for_oneself",
            ),
            models.UniqueConstraint(
                fields=["role", "via"], condition=Q(person__isnull=True), name="actor_one_system"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(role=words.Role.SYSTEM.value),
                name="actor_is_a_person_or_the_system",
            ),
        ]

    def __str__(self) -> str:
        who = self.person.name if self.person else "Muniment"
        return f"{who} ({self.role})"


class RoleGrant(Made):
    """A role a person holds in a programme for a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in words.Role])
    alternate = models.BooleanField(
        default=False, help_text="sits on a case only where called, to make up the quorum"
    )
    seat = models.CharField(
        max_length=60, blank=True, help_text="the edition's id of the seat that it fills"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    identity_confirmed_at = at()
    identity_confirmed_by = by()
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("identity_confirmed", table="rolegrant"),
            both("ended", table="rolegrant"),
            models.UniqueConstraint(
                fields=["person", "programme", "role"],
                condition=Q(ended_at__isnull=True),
                name="rolegrant_one_live",
            ),
        ]

    def holds_on(self, day: date) -> bool:
        """Whether the grant is in force on `day`."""
        not_over = self.until_on is None or day <= self.until_on
        return self.ended_at is None and self.from_on <= day and not_over


class Training(Made):
    """A certificate that ends on a day; one entered by mistake is ended, never removed.

    Its holder says what it is; the office confirms it from the document, which is kept.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    name = models.CharField(max_length=200)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    original = models.ForeignKey(
        "muniment.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = at()
    confirmed_by = by()
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("confirmed", table="training"),
            both("ended", table="training"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(original__isnull=False),
                name="training_confirmed_from_its_original",
            ),
        ]


class Debarment(Made):
    """A person or an institution whose new requests are not taken until a day, and why."""

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="debarments"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="debarments"
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="debarments"
    )
    reason = models.TextField()
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="debarment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, institution__isnull=False)
                | Q(person__isnull=False, institution__isnull=True),
                name="debarment_of_one_or_the_other",
            ),
        ]


class Confirmation(Made):
    """A step that `made_by` wants to take and that a colleague is asked to confirm first.

    It stands for one attempt with exactly what comes with it, and once; `digest` says which. What
    was typed, and where, is emptied when the word is used, declined or too old.
    """

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="confirmations"
    )
    case = models.ForeignKey(
        "muniment.Case",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmations",
    )
    step = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, help_text="of the step, its subject and what comes")
    second = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, related_name="confirmations"
    )
    typed = models.JSONField(default=list, help_text="what was posted, as pairs of name and value")
    path = models.CharField(max_length=300, help_text="the page on which it was posted")
    confirmed_at = at()
    confirmed_by = by()
    declined_at = at()
    declined_by = by()
    used_at = at()
    used_by = by()

    class Meta:
        constraints = [
            both("confirmed", table="confirmation"),
            both("declined", table="confirmation"),
            both("used", table="confirmation"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="confirmation_used_only_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(declined_at__isnull=True),
                name="confirmation_one_answer",
            ),
        ]


class LoneStep(Made):
    """A step that asks for a second person, taken by one, because the programme's mode let it."""

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="lone_steps"
    )
    case = models.ForeignKey(
        "muniment.Case",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lone_steps",
    )
    step = models.CharField(max_length=60)
    mode = models.CharField(max_length=12, help_text="the programme's mode for the step, then")

    class Meta:
        indexes = [models.Index(fields=["programme", "made_at"])]
