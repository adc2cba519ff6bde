"""Two views for one request each: Django alone, and a step of the line."""

import json

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import Application, AuditEvent
from muniment import models
from muniment.actions import people, questions
from muniment.rulebook.words import Role


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """Insert a row and its audit line in one transaction, for somebody signed in."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=403)
    given = json.loads(request.body)
    with transaction.atomic():
        row = Application.objects.create(
            reference=given["reference"],
            applicant_id=request.user.pk,
            title=given["text"],
            state="SUBMITTED",
            answers=given,
        )
        AuditEvent.objects.create(
            application=row,
            actor_id=request.user.pk,
            action="submit",
            data={"state": ["DRAFT", "SUBMITTED"]},
        )
    return JsonResponse({"id": row.pk}, status=201)


@csrf_exempt
def step(request: HttpRequest) -> JsonResponse:
    """Ask the applicant a question, as the coordinator."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=403)
    given = json.loads(request.body)
    read = models.Case.objects.select_related("edition", "applicant")
    case = read.get(reference=given["reference"])
    actor = people.acting(request.user, Role.COORDINATOR)
    question = questions.ask_question(case, given["text"], actor=actor, now=timezone.now())
    return JsonResponse({"id": question.pk}, status=201)


urlpatterns = [path("bare", bare), path("step", step)]
