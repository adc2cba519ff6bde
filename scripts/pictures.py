"""Takes the manual's pictures anew: the journeys walk through the site, and what they keep is cut.

A picture is taken anew when a page of the manual shows it. Each is cut where a screen ends, so that
a page of the manual stays a page.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
SHOWN = re.compile(r"\]\(pictures/([\w-]+)\.png\)")
WIDTH = 960
"""Pixels; a picture of a telephone is narrower and stays as it is."""
TALLEST = 975
COLORS = 128


def main() -> int:
    """Zero when every picture that the manual shows was taken."""
    shown = {name for page in MANUAL.glob("*.md") for name in SHOWN.findall(page.read_text())}
    with tempfile.TemporaryDirectory() as folder:
        walked = walk(Path(folder))
        missing = sorted(name for name in shown if not (Path(folder) / f"{name}.png").exists())
        for name in sorted(shown.difference(missing)):
            cut(Path(folder) / f"{name}.png", MANUAL / "pictures" / f"{name}.png")
    for name in missing:
        print(f"{name}.png: no journey took it, so the old one stays.", file=sys.stderr)
    return walked or bool(missing)


def walk(folder: Path) -> int:
    """Every journey, with a folder to keep pictures in; pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-m", ""]
    pages = ["--deselect", "tests/journeys/test_every_page.py"]
    pages += ["--deselect", "tests/journeys/test_every_desk.py"]
    words = os.environ | {"MUNIMENT_PICTURES": str(folder)}
    return subprocess.run([*command, *pages, "tests/journeys"], cwd=ROOT, env=words).returncode


def cut(taken: Path, kept: Path) -> None:
    """The upper part of a picture, at most as wide and as tall as a page of the manual shows."""
    with Image.open(taken) as whole:
        scale = min(1.0, WIDTH / whole.width)
        size = round(whole.width * scale), round(whole.height * scale)
        small = whole.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    upper = small.crop((0, 0, small.width, min(small.height, TALLEST)))
    upper.quantize(COLORS).save(kept, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
