"""Charts of protected numbers: hidden cells look alike, and nothing in them runs."""

import itertools
from xml.etree import ElementTree

from muniment.dataplane.cube import chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*bars: tuple[str, int | None]) -> ElementTree.Element:
    listed = [chart.Bar(label, value) for label, value in bars]
    text = chart.bars(listed, title="A & B", caption="People, rounded to 5.", hidden=chart.few(11))
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


def series(*bars: tuple[str, int | None]) -> ElementTree.Element:
    listed = [chart.Bar(label, value) for label, value in bars]
    text = chart.columns(listed, title="A", caption="People, rounded to 5.", hidden=chart.few(11))
    assert "style=" not in text
    return ElementTree.fromstring(text)


def test_columns_of_a_series_stand_on_one_floor_from_left_to_right() -> None:
    rects = series(("2011", 100), ("2012", 50), ("2013", None)).findall(f"{SVG}rect")
    assert [int(rect.get("height")) for rect in rects] == [200, 100, 25]
    assert len({int(rect.get("y")) + int(rect.get("height")) for rect in rects}) == 1
    left = [int(rect.get("x")) for rect in rects]
    assert left == sorted(left)
    assert [rect.get("class") for rect in rects] == ["chart-bar", "chart-bar", "chart-hidden"]
    words = [t.text for t in series(("2011", 1200), ("2012", None)).findall(f"{SVG}text")]
    assert words[:4] == ["2011", "1,200", "2012", "hidden"]


def test_a_hidden_column_is_as_tall_whatever_the_others_are() -> None:
    few, many = (series(("2011", most), ("2012", None)) for most in (20, 5000))
    for picture in (few, many):
        [hidden] = [r for r in picture.findall(f"{SVG}rect") if r.get("class") == "chart-hidden"]
        assert (hidden.get("height"), hidden.get("fill")) == ("25", "url(#hatch)")
        assert "fewer than 11" in picture.findall(f"{SVG}text")[-1].text


def test_a_long_series_stays_on_the_page_and_words_do_not_meet() -> None:
    """Two hundred bands are the most that a variable has; with those missing, one more."""
    picture = series(*((str(number), 20) for number in range(201)))
    rects = picture.findall(f"{SVG}rect")
    assert len(rects) == 201
    assert all(int(r.get("x")) + int(r.get("width")) <= chart.WIDTH for r in rects)
    words = [t for t in picture.findall(f"{SVG}text") if t.get("class") == "chart-label"]
    places = [int(word.get("x")) for word in words]
    assert min(b - a for a, b in itertools.pairwise(places)) >= chart.WORD
    assert {t.get("class") for t in picture.findall(f"{SVG}text")} == {"chart-label"}
