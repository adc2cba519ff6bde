"""Shadow attacks: a paper prepared before its seal, so that a harmless change after it shows other
content (Mainka, Mladenov, Rohlmann: "Shadow Attacks: Hiding and Replacing Content in Signed PDFs",
NDSS 2021). Hide, replace, and hide-and-replace, each by several means.
"""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer

from muniment.gateways.signing import checking, local
from tests.gateways.signing import sealing

Change = Callable[[Writer], None]
name = generic.pdf_name
SQUARE = b"1 1 1 rg 0 0 900 900 re f"  # white, over the whole page


def updated(pdf: bytes, change: Change) -> bytes:
    """The file with an incremental update."""
    writer, out = Writer(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def page_of(writer: Writer) -> Any:
    kids = writer.root["/Pages"]["/Kids"]
    writer.mark_update(kids.raw_get(0))
    return kids[0].get_object()


def form(content: bytes) -> generic.StreamObject:
    kind = {name("/Type"): name("/XObject"), name("/Subtype"): name("/Form")}
    box = generic.ArrayObject(generic.NumberObject(each) for each in (0, 0, 900, 900))
    return generic.StreamObject({**kind, name("/BBox"): box}, stream_data=content)


def keep(writer: Writer, made: Any) -> Any:
    """An object that a later change finds again."""
    reference = writer.add_object(made)
    writer.root[name("/Kept")] = reference
    writer.update_root()
    return reference


def kept(writer: Writer) -> Any:
    found = writer.root.raw_get("/Kept")
    writer.mark_update(found)
    return found.get_object()


def covered(writer: Writer) -> None:
    """A white form is drawn over what the page says."""
    page = page_of(writer)
    overlay = keep(writer, form(SQUARE))
    objects = generic.DictionaryObject({name("/Over"): overlay})
    page["/Resources"].get_object()[name("/XObject")] = objects
    writer.update_container(page["/Resources"])
    drawn = writer.add_object(generic.StreamObject(stream_data=b"q /Over Do Q"))
    page[name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), drawn])


def uncovered(writer: Writer) -> None:
    """The overlay becomes an empty form."""
    kept(writer)._data = b""
    kept(writer)._encoded_data = None


def hidden_by_a_note(writer: Writer) -> None:
    """An annotation whose appearance covers the page."""
    rectangle = generic.ArrayObject(generic.NumberObject(each) for each in (0, 0, 900, 900))
    look = generic.DictionaryObject({name("/N"): writer.add_object(form(SQUARE))})
    kind = {name("/Type"): name("/Annot"), name("/Subtype"): name("/Stamp")}
    note = generic.DictionaryObject(
        {**kind, name("/Rect"): rectangle, name("/AP"): look, name("/F"): generic.NumberObject(4)}
    )
    page_of(writer)[name("/Annots")] = generic.ArrayObject([keep(writer, note)])


def note_hidden(writer: Writer) -> None:
    """The annotation's flag says: do not show."""
    kept(writer)[name("/F")] = generic.NumberObject(2)


def note_gone(writer: Writer) -> None:
    """The page has it no more."""
    page = page_of(writer)
    page[name("/Annots")] = generic.ArrayObject(list(page["/Annots"])[1:])


def with_a_field(writer: Writer) -> None:
    """A text field that shows an amount."""
    rectangle = generic.ArrayObject(generic.NumberObject(each) for each in (0, 0, 90, 20))
    kind = {name("/FT"): name("/Tx"), name("/Subtype"): name("/Widget"), name("/Rect"): rectangle}
    said = {name("/T"): generic.pdf_string("fee"), name("/V"): generic.pdf_string("USD 100.00")}
    field = keep(writer, generic.DictionaryObject({**kind, **said}))
    page_of(writer)[name("/Annots")] = generic.ArrayObject([field])
    writer.root[name("/AcroForm")] = generic.DictionaryObject(
        {name("/Fields"): generic.ArrayObject([field])}
    )


def field_filled(writer: Writer) -> None:
    """The field shows another amount."""
    kept(writer)[name("/V")] = generic.pdf_string("USD 900.00")


def nothing(writer: Writer) -> None:
    """The paper as it is."""


def font_redefined(writer: Writer) -> None:
    """The same codes are drawn as other letters."""
    fonts = page_of(writer)["/Resources"]["/Font"]
    reference = fonts.raw_get(next(iter(fonts)))
    writer.mark_update(reference)
    reference.get_object()[name("/BaseFont")] = name("/Other")


def with_other_pages(writer: Writer) -> None:
    """A second tree of pages that nothing shows."""
    page = generic.DictionaryObject(dict(page_of(writer)))
    page[name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=SQUARE))
    pages = {name("/Type"): name("/Pages"), name("/Count"): generic.NumberObject(1)}
    kids = generic.ArrayObject([writer.add_object(page)])
    keep(writer, generic.DictionaryObject({**pages, name("/Kids"): kids}))


def other_pages_shown(writer: Writer) -> None:
    """The catalog points at the second tree."""
    writer.root[name("/Pages")] = writer.root.raw_get("/Kept")
    writer.update_root()


ATTACKS = {
    "hide: the overlay is emptied": (covered, uncovered),
    "hide: the note over it is not shown": (hidden_by_a_note, note_hidden),
    "hide: the note over it is taken away": (hidden_by_a_note, note_gone),
    "replace: a field shows something else": (with_a_field, field_filled),
    "replace: the font means other letters": (nothing, font_redefined),
    "hide and replace: other pages are shown": (with_other_pages, other_pages_shown),
}


@pytest.mark.parametrize(("prepare", "attack"), ATTACKS.values(), ids=ATTACKS)
def test_what_a_prepared_paper_shows_after_its_seal_is_noticed(
    tmp_path: Path, prepare: Change, attack: Change
) -> None:
    sealer = local.Sealer(tmp_path)
    sealed = sealer.seal(updated(sealing.paper(), prepare), sealing.STEPS[0]).pdf
    assert sealer.check(sealed).holds  # the control: nothing is wrong before the attack
    further = sealer.seal(sealed, sealing.STEPS[1]).pdf
    assert sealer.check(further).holds  # nor after the next step's seal
    attacked = updated(sealed, attack)
    assert checking.BEYOND in faults(sealer, attacked)
    # Sealed once more by us, the file would end with a seal: the first one still tells.
    assert checking.CHANGED in faults(sealer, sealer.seal(attacked, sealing.STEPS[1]).pdf)


def test_an_object_that_is_declared_free_after_the_seal_is_noticed(tmp_path: Path) -> None:
    """Hide, without a writer: only a table of references is appended, and the overlay is gone."""
    sealer = local.Sealer(tmp_path)
    sealed = sealer.seal(updated(sealing.paper(), covered), sealing.STEPS[0]).pdf
    number = Writer(io.BytesIO(sealed)).root.raw_get("/Kept").idnum
    before = int(re.findall(rb"startxref\s+(\d+)", sealed)[-1])
    trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref", sealed, re.DOTALL)[-1]
    kept_words = re.sub(rb"/Prev\s+\d+", b"", trailer)
    table = b"xref\n%d 1\n0000000000 00001 f \ntrailer\n<<%s /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    attacked = sealed + table % (number, kept_words, before, len(sealed))
    assert sealer.check(sealed).holds
    assert checking.BEYOND in faults(sealer, attacked)
    assert checking.CHANGED in faults(sealer, attacked)


def faults(sealer: local.Sealer, pdf: bytes) -> set[str]:
    """Everything that is wrong."""
    report = sealer.check(pdf)
    return {*report.faults, *(each for step in report.steps for each in step.faults)}
