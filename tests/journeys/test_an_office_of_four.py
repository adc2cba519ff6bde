"""An office of four: a quick request from gate to gate, and a backlog that ran on paper so far."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from muniment.demo import papers
from tests.documents.forms import sample
from tests.journeys import judging, references
from tests.journeys.conftest import environment
from tests.journeys.people import Site, Someone, comes
from tests.journeys.test_the_gates import counts_and_judges

pytestmark = pytest.mark.slow
SCENE = "four"
QUICK = references.Reference(1)
DAMAGED = 11
"""Of fourteen the one, at its first gate, of which the scan of the minutes is damaged."""
STAGES = ("submitted", "availability", "policy", "determination", "agreement")
MAPPING = {
    "muniment_requests": 1,
    "source": "paper-files",
    "columns": {
        "id": "No", "title": "Study", "applicant": "Lead", "email": "Mail",
        "received_on": {"column": "Came", "dates": ["%Y-%m-%d"]},
        "stage": {"column": "Stands", "codes": {stage: stage for stage in STAGES}},
        "documents": "Files", "specification": "Data",
    },
}  # fmt: skip


def test_four_people_take_a_quick_request_from_gate_to_gate(
    someone: Callable[..., Someone],
) -> None:
    cora, stella = comes(someone, "cora"), comes(someone, "stella")
    page = cora.page
    cora.goes_to(f"/office/{QUICK}/completeness/")
    page.get_by_role("button", name="Certify that it is complete").click()
    stella.goes_to(f"/office/{QUICK}/availability/")
    counts_and_judges(stella)
    dana = comes(someone, "dana")
    judges_as_policy_officer(dana, cora)
    stella.goes_to(f"/office/{QUICK}/decision/")
    page = stella.page
    page.get_by_label("Approve", exact=True).check()
    page.get_by_label("Reason", exact=True).first.fill("Published text; nobody is described.")
    page.get_by_role("button", name="Draft the letter").click()
    page.get_by_label("Confirmed by").first.select_option(label="Cora Coordinator")
    page.get_by_role("button", name="Send the decision").click()
    is_confirmed(stella, by=cora)
    page.get_by_text("Approved. Decided on").wait_for()
    page.get_by_role("button", name="Tell the committee").click()
    stella.finds_no_barrier()

    alice = someone()
    alice.follows_the_mail("alice@lakeside.example", about=f"decision on your request {QUICK}")
    alice.page.get_by_role("link", name="Decision", exact=True).click()
    alice.page.get_by_text("Published text; nobody is described.").wait_for()


def is_confirmed(first: Someone, *, by: Someone) -> None:
    """Another holds the same office, so a second person is asked: they confirm, and it is done."""
    first.page.get_by_role("heading", name="to confirm a step").wait_for()
    question = urlsplit(first.page.url).path
    first.finds_no_barrier()
    by.goes_to("/office/")
    by.page.get_by_role("link", name="asks you to confirm").click()
    by.page.get_by_role("main").get_by_role("link", name="CENTRA-").first.click()
    by.finds_no_barrier()
    by.keeps("second-person")
    by.page.get_by_role("button", name="Confirm this step").click()
    by.page.get_by_text("You confirmed it on").wait_for()
    first.goes_to(question)
    first.page.get_by_role("button", name="Take the step now").click()


def judges_as_policy_officer(dana: Someone, cora: Someone) -> None:
    """The rules are run; each that needs a person is judged; a colleague confirms."""
    judging.judges(dana, QUICK)
    is_confirmed(dana, by=cora)
    dana.page.get_by_role("link", name="Policy", exact=True).wait_for()


def test_fourteen_requests_on_paper_go_on_where_they_stand(
    someone: Callable[..., Someone], site: Site, tmp_path: Path
) -> None:
    told = brought_in(site, backlog(tmp_path))
    assert told["made"] == 14
    (unread,) = told["unreadable"]
    assert (unread["row"], unread["document"]) == (1 + DAMAGED, 2)
    cora = comes(someone, "cora")
    page = cora.page
    cora.goes_to("/office/?tab=open")
    cora.finds_no_barrier()
    cora.keeps("backlog")
    shown = page.get_by_role("main").inner_text()
    assert all(reference in shown for reference in told["references"])

    cora.goes_to(f"/office/{told['references'][DAMAGED - 1]}/completeness/")
    beside = page.get_by_role("listitem").filter(has_text="Files beside the answers")
    beside.get_by_text("The file “minutes.pdf”: it cannot be read.").first.wait_for()
    cora.finds_no_barrier()
    cora.goes_to(f"/office/{told['references'][DAMAGED - 1]}/")
    page.get_by_text("“minutes.pdf” is kept as it came").wait_for()

    waits = told["references"][STAGES.index("determination")]
    cora.goes_to(f"/office/{waits}/history/")
    page.get_by_text("Policy attested from paper").first.wait_for()
    cora.finds_no_barrier()
    cora.keeps("backlog-history")
    cora.goes_to(f"/office/{waits}/decision/")
    page.get_by_label("Approve", exact=True).check()
    page.get_by_label("Reason", exact=True).first.fill("As the file says.")
    page.get_by_role("button", name="Draft the letter").click()
    page.get_by_label("Confirmed by").first.select_option(label="Stella Statistician")
    page.get_by_role("button", name="Send the decision").click()
    is_confirmed(cora, by=comes(someone, "stella"))
    page.get_by_text("Approved. Decided on").wait_for()

    lead = someone(phone=True)
    lead.follows_the_mail("lead4@lakeside.example", about=f"decision on your request {waits}")
    lead.page.get_by_role("link", name="Decision", exact=True).click()
    lead.page.get_by_text("As the file says.").first.wait_for()
    lead.finds_no_barrier()
    lead.keeps("backlog-decision-phone")


def backlog(folder: Path) -> Path:
    """A table of fourteen, its mapping, and the folder of their papers."""
    kept = folder / "papers"
    kept.mkdir()
    letter = sample.blank("pdf")
    (kept / "letter.pdf").write_bytes(letter)
    (kept / "minutes.pdf").write_bytes(letter[: len(letter) // 2])
    (kept / "data.json").write_text(json.dumps(papers.abstracts_specification()))
    rows = [
        f"{n},Study {n} of abstracts,Lead {n},lead{n}@lakeside.example,2026-10-{n:02},"
        f"{STAGES[(n - 1) % len(STAGES)]},letter.pdf{';minutes.pdf' * (n == DAMAGED)},data.json"
        for n in range(1, 15)
    ]
    table = ["No,Study,Lead,Mail,Came,Stands,Files,Data", *rows]
    (folder / "running.csv").write_text("\n".join(table) + "\n")
    (folder / "running.yaml").write_text(json.dumps(MAPPING))
    return folder


def brought_in(site: Site, folder: Path) -> dict[str, Any]:
    """The command, while the site runs; what it reports."""
    home = site.mail.folder.parent
    done = subprocess.run(
        [str(Path(sys.executable).with_name("muniment")), "import", "requests",
         str(folder / "running.csv"), "--mapping", str(folder / "running.yaml"), "--live",
         "--documents", str(folder / "papers"), "--by", "cora@library.example",
         "--confirmed-by", "stella@library.example", "--format", "json"],
        capture_output=True, text=True, check=False, timeout=120, env=environment(home),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))
