"""A letter becomes mail: two bodies that say the same, links only to our own site."""

from muniment.documents import mail
from muniment.programme import letters

SITE = "https://access.example.org"


def test_a_path_becomes_a_link_to_the_site_in_both_bodies() -> None:
    made = mail.letter("Hello", "Read it here: /requests/C-1/", site=SITE)
    assert "Read it here: https://access.example.org/requests/C-1/" in made.plain
    assert '<a href="https://access.example.org/requests/C-1/">' in made.html


def test_a_path_whose_marks_were_escaped_is_a_path_still() -> None:
    value = letters.escape("/invitations/ab-c_d/")
    made = mail.letter("Hello", f"Come: {value}\n\nOffice", site=SITE)
    assert f"{SITE}/invitations/ab-c_d/" in made.plain
    assert f'href="{SITE}/invitations/ab-c_d/"' in made.html


def test_no_other_address_becomes_a_link() -> None:
    text = "[Sign in](https://evil.example/) <https://evil.example/> //evil.example/ a/b"
    made = mail.letter("Hello", text, site=SITE)
    assert "<a " not in made.html


def test_html_and_images_in_a_letter_stay_text() -> None:
    text = "<script>alert(1)</script> ![x](https://evil.example/x.png)\n\n<img src=x onerror=y>"
    made = mail.letter('A "title" <b>', text, site=SITE)
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert "<b>" not in made.html


def test_quotes_and_lists_keep_their_marks_in_plain_text() -> None:
    text = "Dear **Alice**,\n\n> two\n> lines\n\n1. first\n2. second\n\n- one\n\n    code\n"
    plain = mail.letter("Hello", text, site=SITE).plain
    assert "Dear Alice," in plain
    assert "> two\n> lines" in plain
    assert "1. first" in plain
    assert "2. second" in plain
    assert "- one" in plain
    assert "code" in plain


def test_a_digest_holds_every_letter_under_its_subject() -> None:
    day = [("A question", "See /requests/C-1/"), ("A <reminder>", "See /requests/C-2/")]
    made = mail.digest("2 things for you today", day, site=SITE)
    assert made.plain.index("A question") < made.plain.index("A <reminder>")
    assert "<h2>A &lt;reminder&gt;</h2>" in made.html
    assert made.html.count("<a href=") == 2
