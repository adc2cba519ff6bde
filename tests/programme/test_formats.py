"""Texts that must have a form: one rule for an address, wherever it is typed."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.programme import formats

NAMES = ("ann", "o'neil", "a..b", ".a", "a.", "é", 'a"b', "a b", "a(b)", "x" * 65, "a+b", "")
DOMAINS = (
    "example.org", "-a.org", "a-.org", "a..org", "a.b-", "a.1", "a.xn--p1ai", "a_b.org", "ü.org",
    "a.o", "b" * 64 + ".org", ".".join(["b" * 60] * 4) + ".org", "[127.0.0.1]", "localhost", "",
)  # fmt: skip


@pytest.mark.parametrize("text", ["ann@example.org", "o'neil+x@a-b.example.co", "a@b.xn--p1ai"])
def test_an_address_that_mail_reaches_is_one(text: str) -> None:
    assert formats.fault(text, form="email") is None


@pytest.mark.parametrize("text", ["a..b@example.org", "é@example.org", "a@-b.org", "a@b.c1", "a"])
def test_what_no_account_could_have_is_refused_where_it_is_typed(text: str) -> None:
    said = "must be an e-mail address, such as name@example.org"
    assert formats.fault(text, form="email") == said


@given(st.sampled_from(NAMES) | st.text(max_size=8), st.sampled_from(DOMAINS))
@example("a", ".".join(["b" * 60] * 4) + ".org")
def test_the_form_takes_no_address_that_an_account_refuses(name: str, domain: str) -> None:
    text = f"{name}@{domain}"
    if formats.fault(text, form="email") is None:
        try:
            validate_email(text)
        except ValidationError:
            pytest.fail(f"{text} passes the form and no account can have it")
        assert len(text) <= formats.LONGEST_EMAIL


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("orcid", "\u0660000-0002-1825-0097"),
        ("orcid", "0000-0002-1825-0098"),
        ("doi", "10.\u0661000/182"),
        ("ror", "https://ror.org/05dxps056"),
        ("address", "http://example.org"),
        ("address", "https://example.org:\u0661"),
        ("country", "us"),
    ],
)
def test_a_digit_is_one_of_ten_and_an_identifier_exists(form: str, text: str) -> None:
    assert formats.fault(text, form=form) is not None
