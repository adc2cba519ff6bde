"""Views for one request each: Django alone, and a step of the line; beside them the whole site."""

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import Application, AuditEvent
from muniment import models, urls
from muniment.actions import people, questions
from muniment.queries import queue
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


def bare_list(request: HttpRequest) -> HttpResponse:
    """As many rows as a page of the queue has, newest first, for somebody with an office."""
    if not permitted(request):
        return HttpResponse(status=403)
    rows = Application.objects.order_by("-pk")[: queue.ROWS]
    return render(request, "floor/list.html", {"rows": rows})


def bare_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row, for somebody with an office."""
    if not permitted(request):
        return HttpResponse(status=403)
    return render(request, "floor/row.html", {"row": get_object_or_404(Application, pk=pk)})


def permitted(request: HttpRequest) -> bool:
    """What a permission of Django's own would ask: one query, by who is signed in."""
    held = models.RoleGrant.objects.filter(person=request.user.pk, role=Role.COORDINATOR.value)
    return request.user.is_authenticated and held.exists()


urlpatterns = [
    path("bare", bare),
    path("bare-list", bare_list),
    path("bare-row/<int:pk>", bare_row),
    path("step", step),
    *urls.urlpatterns,
]
