"""What others gave us is named where whoever receives Muniment looks for it."""

from tests.house import tree

NOTICE = tree.ROOT / "NOTICE"


def test_every_shipped_table_with_attribution_is_in_the_notice() -> None:
    said = NOTICE.read_text()
    for source in ("Data Use Ontology", "Mondo Disease Ontology", "pharmaversesdtm"):
        assert source in said
    assert said.count("Creative Commons Attribution 4.0 International") == 2


def test_every_place_that_the_notice_names_is_there() -> None:
    named = {word.strip(".,;:") for word in NOTICE.read_text().split() if word.startswith("src/")}
    assert len(named) >= 6
    assert [place for place in sorted(named) if not (tree.ROOT / place).exists()] == []
