"""Articles of public corpora by register, as an inbox would hold them: a headline and a body, from the publishers' own files."""

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.article import Article, make_article, parse_plain
from presscheck.data.corpora.gum import parse_words
from presscheck.data.files import read_text
from presscheck.data.text.words import words_of

PAPERS = ("nyt", "wash-post", "politico", "usa-today")
_PUBLISHERS = {
    "nyt": "The New York Times",
    "wash-post": "The Washington Post",
    "politico": "Politico",
    "usa-today": "USA Today",
    "huff-post": "Huffington Post",
    "breitbart": "Breitbart",
    "west-journal": "Western Journalism",
}


@dataclass(frozen=True, slots=True)
class Register:
    """Articles of one kind.

    Attributes:
        key: names it in the results.
        name: what it is, for people.
        available: articles of the corpus that are of the kind, of which `articles` are a sample.
    """

    key: str
    name: str
    available: int
    articles: tuple[Article, ...]


def sample(key: str, name: str, articles: Sequence[Article], count: int) -> Register:
    """The first so many articles by a hash of their id: the same ones each time, and none by its place in the corpus."""
    chosen = sorted(articles, key=lambda a: hashlib.sha256(a.id.encode()).digest())[:count]
    return Register(key, name, len(articles), tuple(chosen))


def polnear(folder: Path, splits: Collection[str] = ("dev",)) -> Iterator[tuple[str, str, list[Article]]]:
    """The articles of some splits by publisher, titles from the table of metadata.

    The first paragraph of a text repeats its title and is left out.
    """
    with (folder / "data" / "metadata.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["compartment"] in splits]
    for publisher, name in _PUBLISHERS.items():
        articles = []
        for row in (row for row in rows if row["publisher"] == publisher):
            stem = row["filename"].removesuffix(".txt")
            text = read_text(folder / "data" / row["compartment"] / "text" / f"{stem}.txt")
            articles.append(make_article(stem, row["title"], _without_title(text, row["title"])))
        yield publisher, name, articles


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.strip().partition("\n\n")
    return rest if words_of(first) == words_of(title) else text


def titled(folder: Path) -> list[Article]:
    """Texts with their title on the first line."""
    return [parse_plain(read_text(path), identifier=path.stem) for path in sorted(folder.glob("*.txt"))]


def gum(folder: Path, kind: str) -> list[Article]:
    """Articles of GUM by kind; the first sentence repeats the title."""
    articles = []
    for path in sorted((folder / "dep").glob(f"GUM_{kind}_*.conllu")):
        parse = parse_words(path)
        body = parse.body.removeprefix(parse.title or "").strip().replace("\n", "\n\n")
        articles.append(make_article(path.stem, parse.title, body))
    return articles


def xsum(folder: Path) -> list[Article]:
    """Bodies of BBC articles without their first sentence, which the corpus took for the summary; they have no headline."""
    bodies: dict[str, str] = {}
    for path in sorted(folder.rglob("*.json*")):
        for line in read_text(path).splitlines():
            row = json.loads(line)
            bodies[str(row["id"])] = row["input"]
    return [make_article(identifier, None, body) for identifier, body in bodies.items()]


def registers(corpora: Path, *, count: int) -> list[Register]:
    """Every register, with at most so many articles of each.

    Raises:
        OSError: where a corpus is not there.
    """
    papers = list(polnear(corpora / "polnear"))
    rumours = corpora / "perez-rosas" / "celebrityDataset"
    return [
        *(sample(f"polnear/{key}", f"{name}: politics, 2016", articles, count) for key, name, articles in papers),
        sample("gum/news", "Wikinews articles", gum(corpora / "gum-news", "news"), count),
        sample("gum/interview", "Wikinews interviews", gum(corpora / "gum-news", "interview"), count),
        sample("xsum", "BBC, bodies without the first sentence", xsum(corpora / "fib-xsum"), count),
        sample("perez-rosas/legit", "Entertainment news", titled(rumours / "legit"), count),
        sample("perez-rosas/fake", "Celebrity rumours that were refuted", titled(rumours / "fake"), count),
        sample("ptc", "Articles chosen for propaganda", titled(corpora / "ptc" / "train-articles"), count),
    ]
