"""How the fields of a holding leave: each field's rule, and the method policy written anew."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import classifying, step
from muniment.pages.office import bench, housework
from muniment.pages.people import signed_in
from muniment.pages.settings.forms import Reasoned
from muniment.queries.catalogue import office

CHANGE, FIRST = "change_method_policy", "classify_fields"
LONGEST = 200_000


class Document(django_forms.JSONField):
    """A document that is shown line by line."""

    def prepare_value(self, value: Any) -> Any:
        """As it was typed where it could not be read."""
        shown = super().prepare_value(value)
        return shown if value is shown else json.dumps(value, indent=2, sort_keys=True)


class Policy(Reasoned):
    """A method policy as a JSON document, why it changes, and who confirms."""

    document = Document(
        label=_("Method policy"), max_length=LONGEST,
        help_text=_("Members policy, edition and fields; of each field the method that it leaves "
                    "by. What is not named keeps the rule of the descriptor."),
        widget=django_forms.Textarea(attrs={"rows": 14, "spellcheck": "false",
                                            "class": "font-monospace"}),
    )  # fmt: skip
    field_order = ("document", "reason", "second_person")


class Methods(housework.HouseDesk):
    """One holding's rules in the hands of one of the office."""

    ROUTE = "office_methods"
    HERE = "office_catalog"
    TEMPLATE = "catalogue/methods.html"

    def __init__(self, request: HttpRequest, found: office.Methods) -> None:
        super().__init__(request, found.programme, found.roles)
        self.found = found

    @classmethod
    def of(cls, request: HttpRequest, pk: int) -> "Methods":
        """For whoever keeps or reads the catalogue; to others there is none."""
        found = office.find_methods(signed_in.person(request), pk, now=timezone.now())
        if found is None:
            raise Http404
        return cls(request, found)

    @property
    def arguments(self) -> list[Any]:
        return [self.found.holding.pk]

    @property
    def writing_step(self) -> str:
        """The first policy gives the fields their rules; every later one changes them."""
        return CHANGE if self.found.policy else FIRST

    def writing(self) -> Policy:
        """The policy in force, to be written anew."""
        policy = self.found.policy
        slug = self.found.holding.slug
        empty = {"policy": f"{slug}-standard", "edition": "1", "holding": slug, "fields": {}}
        present = json.loads(policy.document) if policy else empty
        form = self.form("write", Policy, seconds=self.names(), initial={"document": present})
        if self.writing_step == FIRST:
            form.fields.pop("reason", None)  # what changes nothing is written without one
        return form

    def context(self) -> Mapping[str, Any]:
        """Each field's rule, and the form for who may change it."""
        found = self.found
        about = {"edition": found.holding.dataset_edition, "reason": "?"}
        return {
            "found": found,
            "fields": list(_fields(found)),
            "form": self.writing() if self.writes(**about) else None,
        }

    def writes(self, **about: Any) -> bool:
        """Whether the reader may write it; asked of the holding, whose chain the step is in."""
        second = next(iter(self.seconds.values()), None)
        given = {**about, "second_person": second}
        actor = self.doing(self.writing_step)
        holding = self.found.holding
        return not step.refusals(self.writing_step, holding, actor=actor, now=self.now, about=given)


def _fields(found: office.Methods) -> Any:
    """Table and name, class, the descriptor's method, and the policy's where it has another."""
    chosen = json.loads(found.policy.document)["fields"] if found.policy else {}
    for resource in found.holding.descriptor["resources"]:
        for field in resource["schema"]["fields"]:
            name, ours = f"{resource['name']}.{field['name']}", field.get("muniment", {})
            yield {
                "name": name,
                "class": ours.get("class", ""),
                "declared": ours.get("release", {}).get("method", ""),
                "chosen": chosen.get(name, {}).get("method", ""),
            }


def _write(here: Methods) -> HttpResponse:
    form = here.writing()
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    more = {"reason": given["reason"]} if here.writing_step == CHANGE else {}
    writing = classifying.change_method_policy if more else classifying.classify_fields
    writing(
        here.found.holding, given["document"], second_person=here.second(given), **more,
        actor=here.doing(here.writing_step), now=here.now,
    )  # fmt: skip
    return here.again()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def methods(request: HttpRequest, pk: int) -> HttpResponse:
    """One holding's rules."""
    return bench.answer(Methods.of(request, pk), {"write": _write})
