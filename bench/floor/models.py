"""Tables of the floor: an application with its audit trail, and a row as wide as a ledger entry."""

from django.db import models


class Application(models.Model):
    """What a bare Django project would keep of a request."""

    reference = models.CharField(max_length=20)
    applicant_id = models.IntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    answers = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["applicant_id", "-id"], name="floor_of_applicant")]


class AuditEvent(models.Model):
    """One line of its audit trail."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE)
    actor_id = models.IntegerField()
    action = models.CharField(max_length=30)
    at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict)


class Row(models.Model):
    """The columns of a ledger entry and of one salt, without a chain, a head or a hash to make."""

    kind = models.CharField(max_length=12)
    subject = models.BigIntegerField()
    number = models.PositiveIntegerField()
    tag = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    stage_from = models.CharField(max_length=14)
    stage_to = models.CharField(max_length=14)
    values = models.JSONField()
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
