"""Data for machines inside a page."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(said: Mapping[str, Any]) -> SafeString:
    """A JSON-LD block: data that no browser runs, and that no value can end early."""
    text = json.dumps(said, ensure_ascii=False).translate(ESCAPES)
    # Inside JSON text these three characters stand in strings only, and there escapes mean them.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
