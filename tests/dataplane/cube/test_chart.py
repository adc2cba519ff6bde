"""Charts of protected numbers: hidden cells look alike, and nothing in them runs."""

from xml.etree import ElementTree

from muniment.dataplane.cube import chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*bars: tuple[str, int | None]) -> ElementTree.Element:
    listed = [chart.Bar(label, value) for label, value in bars]
    text = chart.bars(listed, title="A & B", caption="People, rounded to 5.", threshold=11)
    assert "style=" not in text
    return ElementTree.fromstring(text)


def test_bars_start_at_zero_and_are_in_proportion() -> None:
    rects = drawn(("CA", 100), ("NY", 50)).findall(f"{SVG}rect")
    assert [int(rect.get("width")) for rect in rects] == [360, 180]
    assert {rect.get("x") for rect in rects} == {"200"}


def test_hidden_cells_are_hatched_blocks_of_one_size_with_a_key() -> None:
    few = drawn(("CA", 100), ("TX", None), ("WY", None))
    many = drawn(("CA", 5000), ("TX", None), ("WY", None))
    for picture in (few, many):
        hidden = [r for r in picture.findall(f"{SVG}rect") if r.get("class") == "chart-hidden"]
        assert {rect.get("width") for rect in hidden} == {"45"}
        assert {rect.get("fill") for rect in hidden} == {"url(#hatch)"}
        assert "fewer than 11" in picture.findall(f"{SVG}text")[-1].text


def test_a_chart_without_hidden_cells_has_no_key() -> None:
    assert not [t for t in drawn(("CA", 100)).iter(f"{SVG}text") if t.get("class") == "chart-key"]


def test_labels_are_text_and_never_markup() -> None:
    assert drawn(("<script>", None)).find(f"{SVG}text").text == "<script>"
    assert drawn(("x", 1)).find(f"{SVG}title").text == "A & B"
