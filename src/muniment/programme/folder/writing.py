"""A bundle becomes a folder again; reading that folder gives the same bundle."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import schemas

if TYPE_CHECKING:
    from ruamel.yaml import YAML

    from muniment.programme.bundle import Bundle

# Text that no reader of YAML takes for anything but text; all other text is quoted.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()'/;_-]*[A-Za-z0-9.)]|[A-Za-z]{2}")
# What names an entry comes first in it; the rest follows in order of its keys.
_LEADING = ("id", "slug", "name", "title", "label", "kind", "edition", "stage", "person")
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off"}


class NotEmpty(Exception):
    """The folder to write into already holds something."""


def write(edition: "Bundle", folder: Path) -> list[Path]:
    """Write the edition's files into a new or empty folder; returns them.

    Raises NotEmpty when anything is there: an export never mixes with what it finds.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty. Name a new folder for the export.")
    data = edition.plain()
    texts: dict[Path, str] = {}
    for section, name in schemas.FILES.items():
        texts[folder / name] = as_yaml(data[section])
    for slug, codebook in data["codebooks"].items():
        texts[folder / "codebooks" / f"{slug}.yaml"] = as_yaml(codebook)
    for directory, section in (("clauses", "clause_texts"), ("letters", "letter_texts")):
        for name, text in data[section].items():
            texts[folder / directory / f"{name}.md"] = text
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(texts)


def as_yaml(data: Any) -> str:
    """Plain data as YAML that reads back as the same data."""
    return _yaml_of(json.dumps(data))


@lru_cache(maxsize=256)
def _yaml_of(text: str) -> str:
    """JSON text as YAML, once in a process: an edit changes one of fifty files."""
    from io import StringIO

    stream = StringIO()
    _writer().dump(_ordered(json.loads(text)), stream)
    return stream.getvalue()


def _ordered(data: Any) -> Any:
    if isinstance(data, dict):
        leading = [key for key in _LEADING if key in data]
        rest = [key for key in data if key not in _LEADING]
        return {key: _ordered(data[key]) for key in (*leading, *rest)}
    return [_ordered(one) for one in data] if isinstance(data, list) else data


def _writer() -> "YAML":
    from ruamel.yaml import YAML
    from ruamel.yaml.representer import SafeRepresenter

    class Representer(SafeRepresenter):
        """Text in quotes wherever it might be read as something else; no aliases."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(representer: SafeRepresenter, value: str) -> Any:
        plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED
        style = None if plain else '"'
        return representer.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Representer.add_representer(str, text)
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its stub: None
    return yaml
