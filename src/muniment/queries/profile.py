"""What a person's profile shows beside what stands on their own row."""

from muniment import models


def list_trainings(person: models.Person) -> list[models.Training]:
    """Certificates on the profile, the one that ends last first."""
    rows = models.Training.objects.filter(person=person, ended_at__isnull=True)
    return list(rows.order_by("-expires_on", "-issued_on", "pk"))


def find_training(person: models.Person, pk: int) -> models.Training | None:
    """One of a person's own certificates."""
    rows = models.Training.objects.filter(person=person, ended_at__isnull=True)
    return rows.select_related("person").filter(pk=pk).first()
