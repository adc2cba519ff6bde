"""S1: the slow end of full-text search, in CPU milliseconds, and whether the ranking is good.

Measured are 200,000 made abstracts of about 250 words: words by Zipf's law, from a seed. Ranking is
measured on real ones: each question of `pubmedqa_oncology` should find its own abstract among those
and the 1,243 of `sumpubmed_cancer`. The figure is only there where tantivy's mean reciprocal rank
is at least that of SQLite's FTS5. `python -m bench.s1` prints both engines side by side.

No page searches abstracts yet: what is measured is the engine as it would be used.
"""

import csv
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

SEED = 20261122
FULL, REDUCED = 200_000, 20_000
WORDS, VOCABULARY, QUERIES, SHOWN = 250, 60_000, 400, 10
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
CORPORA = ("pubmedqa_oncology", "sumpubmed_cancer")
Search = Callable[[str], list[int]]
Document = tuple[int, str]


def lacks() -> str | None:
    """Why it cannot be measured here; None where it can."""
    if find_spec("tantivy") is None:
        return "S1 needs tantivy."
    absent = [name for name in CORPORA if not (DATA / name).is_dir()]
    return f"S1 needs the labelled corpus {absent[0]}." if absent else None


def measure(*, full: bool) -> tuple[float, float]:
    """The 95th percentile of a search in milliseconds, and one millisecond."""
    ours, theirs = rank(tantivy), rank(fts5)
    if ours < theirs:
        raise RuntimeError(f"tantivy ranks worse ({ours:.3f}) than FTS5 ({theirs:.3f}).")
    return slowest(tantivy, FULL if full else REDUCED), 1.0


def main() -> None:
    """Both engines: mean reciprocal rank and the 95th percentile."""
    many = FULL if os.environ.get("FULL") == "1" else REDUCED
    for engine in (tantivy, fts5):
        found = f"rank {rank(engine):.3f}, p95 {slowest(engine, many):.2f} ms"
        print(f"{engine.__name__:8} {found} ({many:,} abstracts)")


def slowest(engine: Callable[[Iterable[Document], Path], Search], many: int) -> float:
    """CPU milliseconds that one search in twenty takes longer than; the index is warm."""
    with tempfile.TemporaryDirectory() as folder:
        search = engine(made(many), Path(folder))
        for query in queries(20):
            search(query)
        taken = []
        for query in queries(QUERIES):
            started = time.process_time()
            search(query)
            taken.append(1000 * (time.process_time() - started))
    return statistics.quantiles(taken, n=20)[-1]


def rank(engine: Callable[[Iterable[Document], Path], Search]) -> float:
    """The mean of one over the place at which a question's own abstract is found, 0 after ten."""
    documents: list[Document] = []
    asked: list[tuple[str, int]] = []
    csv.field_size_limit(sys.maxsize)
    for name in CORPORA:
        with (DATA / name / "abstracts.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "title" in row:
                    asked.append((row["title"], len(documents)))
                documents.append((len(documents), row["abstract"]))
    with tempfile.TemporaryDirectory() as folder:
        search = engine(documents, Path(folder))
        found = [(search(plain(title)), own) for title, own in asked]
    return statistics.fmean(1 / (hits.index(own) + 1) if own in hits else 0 for hits, own in found)


def made(many: int) -> Iterable[Document]:
    """Abstracts of words that are as frequent as words are."""
    draw = random.Random(SEED)
    words = [_word(number) for number in range(VOCABULARY)]
    weights = list(accumulate(1 / place for place in range(1, VOCABULARY + 1)))
    for number in range(many):
        length = draw.randrange(WORDS - 60, WORDS + 60)
        yield number, " ".join(draw.choices(words, cum_weights=weights, k=length))


def queries(many: int) -> Iterable[str]:
    """Two to four words: a frequent one in most, and rarer ones."""
    draw = random.Random(SEED + many)
    for _ in range(many):
        places = [int(VOCABULARY ** draw.random()) for _ in range(draw.randrange(2, 5))]
        yield " ".join(_word(min(place, VOCABULARY - 1)) for place in places)


def _word(number: int) -> str:
    letters = ""
    while True:
        number, left = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[left] + "aeiou"[number % 5]
        if not number:
            return letters + "n"


def tantivy(documents: Iterable[Document], folder: Path) -> Search:
    """English stems and BM25, as for an immutable edition."""
    import tantivy as library

    shape = library.SchemaBuilder()
    shape.add_unsigned_field("number", stored=True)
    shape.add_text_field("text", tokenizer_name="en_stem")
    index = library.Index(shape.build(), path=str(folder))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for number, text in documents:
        writer.add_document(library.Document(number=number, text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(words: str) -> list[int]:
        query = index.parse_query(words, ["text"])
        hits = searcher.search(query, SHOWN).hits
        return [int(searcher.doc(place)["number"][0]) for _, place in hits]

    return search


def fts5(documents: Iterable[Document], folder: Path) -> Search:
    """The best of the others: SQLite's, with Porter's stems and BM25."""
    database = sqlite3.connect(folder / "index.db")
    database.execute("CREATE VIRTUAL TABLE held USING fts5(text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO held(rowid, text) VALUES (?, ?)", documents)
    database.commit()
    asked = "SELECT rowid FROM held WHERE held MATCH ? ORDER BY rank LIMIT ?"

    def search(words: str) -> list[int]:
        rows: Sequence[tuple[int]] = database.execute(
            asked, (" OR ".join(f'"{word}"' for word in words.split()), SHOWN)
        ).fetchall()
        return [number for (number,) in rows]

    return search


def plain(question: str) -> str:
    """Words alone: neither engine's own signs."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in question).split())


if __name__ == "__main__":
    main()
