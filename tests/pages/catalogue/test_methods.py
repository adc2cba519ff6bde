"""How fields leave: read by whoever keeps the catalog, written by who may, with a reason."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from muniment import models
from tests.pages import rows

As = Callable[[str], Client]
POLICY = {
    "policy": "pilot-standard",
    "edition": "1",
    "fields": {"subjects.AGE": {"method": "top90"}},
}


@pytest.fixture
def holding(office: rows.Office) -> models.Holding:
    fields = [
        field("AGE", "quasi", "keep"),
        field("USUBJID", "direct", "pseudonym"),
    ]
    edition = models.DatasetEdition.objects.filter(dataset__slug="sdtm-pilot").latest("pk")
    return models.Holding.objects.create(
        programme=office.programme, dataset_edition=edition, slug="sdtm-pilot",
        edition=edition.label, kind="loaded", content_sha256="1" * 64,
        descriptor={
            "muniment": {"unit": "person"},
            "resources": [{"name": "subjects", "schema": {"fields": fields}}],
        },
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def field(name: str, kind: str, method: str) -> dict[str, Any]:
    return {"name": name, "muniment": {"class": kind, "release": {"method": method}}}


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def post(client: Client, address: str, document: Any, **more: str) -> Any:
    given = {"do": "write", "reason": "As agreed.", "second_person": "", **more}
    return client.post(address, {**given, "document": document})


def test_the_first_policy_is_written_and_then_changed(
    office: rows.Office, as_: As, holding: models.Holding
) -> None:
    here, stella = f"/office/catalog/methods/{holding.pk}/", as_("stella")
    shown = text(stella, here)
    assert "subjects.AGE" in shown
    assert "Write the first method policy" in shown
    assert 'name="reason"' not in shown, "no step would keep it"
    assert "is no JSON; look for a missing comma" in post(stella, here, "{").content.decode()
    assert post(stella, here, json.dumps(POLICY)).status_code == 302
    assert "<code>top90</code>" in text(stella, here)
    assert "Change the method policy" in text(stella, here)
    assert 'name="reason"' in text(stella, here)
    wrong = {**POLICY, "fields": {"subjects.SHOE": {"method": "keep"}}}
    refused = post(stella, here, json.dumps(wrong))
    assert refused.status_code == 409
    assert "no field subjects.SHOE" in refused.content.decode()
    assert post(stella, here, json.dumps({**POLICY, "edition": "2"})).status_code == 302
    assert [json.loads(each.document)["edition"] for each in holding.policies.order_by("pk")] == [
        "1", "2",
    ]  # fmt: skip
    assert holding.policies.latest("pk").made_by.person == office.people["stella"]


def test_others_read_it_or_have_no_such_page(
    office: rows.Office, as_: As, holding: models.Holding
) -> None:
    here = f"/office/catalog/methods/{holding.pk}/"
    assert "Put this policy in force" not in text(as_("cora"), here)
    assert post(as_("cora"), here, json.dumps(POLICY)).status_code == 409
    assert here in text(as_("cora"), f"/office/catalog/{holding.dataset_edition_id}/")
    for name in ("alice", "max", "stan"):
        text(as_(name), here, 404)
    text(as_("cora"), "/office/catalog/methods/999/", 404)
    assert Client().get(here).status_code == 401
