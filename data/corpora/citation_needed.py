"""What editors of English Wikipedia cite, by sentence: Redi et al. 2019 (Citation needed) and its successor of featured articles."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presscheck.data.dataset.splits import split_of
from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.schema import Document, Segment
from presscheck.data.text.attribution import attributions
from presscheck.data.text.lexicon import forms, noun_verbs
from presscheck.data.text.sentences import split_sentences

# The share of sentences that need a source by the label guide, of 70 cited ones and of 20 that are not (docs/corpora.md).
NEEDS_SOURCE = {True: 0.41, False: 0.30}
_BIOGRAPHIES = ("page", "revision", "statement", "title", "section", "start", "end", "text", "label")
# A plot is its work's, and cites nothing else by house style; the sections of plays and serials are named by their parts.
_PLOT = re.compile(
    r"\b(?:plots?|synopsis|summary|story(?:lines?)?|premise|setting|characters?|episodes?|gameplay|acts?|volume|prologue|epilogue"
    r"|part (?:[ivx]+|\d+|one|two|three|four|five))\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[\"“'‘(\[]*[A-Z0-9].*[.!?][\"”'’)\]]*", re.DOTALL)
_QUOTES = re.compile(r"[\"“”«»]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of a body section that are read together, and those of them that editors did or did not cite.

    Attributes:
        id: its line in the part's file.
        part: "biographies" or "featured".
        title: the page's; a page is not two independent samples.
    """

    id: str
    part: str
    title: str
    sentences: tuple[str, ...]
    asked: slice
    is_cited: bool

    @property
    def is_held_out(self) -> bool:
        """Whether the page is one of the fifth that no training reads."""
        return split_of(self.title, dev=0.0, test=0.2, salt="citation-needed") == "test"


def passages(folder: Path) -> Iterator[Passage]:
    """The passages of both parts outside of leads and plots, which cite nothing by house style.

    Raises:
        DataError: where a file is missing or a row is broken.
    """
    yield from _biographies(folder / "redi" / "english_short.tsv")
    yield from _featured(folder / "wcd" / "no.jsonl")


def _biographies(path: Path) -> Iterator[Passage]:
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != len(_BIOGRAPHIES):
            raise DataError(located(path, number, f"a row has {len(_BIOGRAPHIES)} cells, this one {len(cells)}"))
        row = dict(zip(_BIOGRAPHIES, cells, strict=True))
        sentences = tuple(row["text"][start:end] for start, end in split_sentences(row["text"]))
        if row["section"] != "MAIN_SECTION" and sentences:
            title = row["title"].replace("_", " ")
            yield Passage(str(number), "biographies", title, sentences, slice(None), _is_cited(row["label"], path, number))


def _featured(path: Path) -> Iterator[Passage]:
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        try:
            row: Mapping[str, Any] = json.loads(line)
            before, claim, after = ((row[key] or "").strip() for key in ("previous_sentence", "claim", "subsequent_sentence"))
            title, section, label = str(row["title"]), str(row["section"]), str(row["label"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(located(path, number, f"not a row of featured articles ({error!r})")) from None
        if claim and not _PLOT.search(section):
            asked = slice(bool(before), bool(before) + 1)
            sentences = tuple(filter(None, (before, claim, after)))
            yield Passage(str(number), "featured", title, sentences, asked, _is_cited(label, path, number))


def _is_cited(label: str, path: Path, line: int) -> bool:
    if label not in ("0", "1"):
        raise DataError(located(path, line, f"unknown label {label!r}; known: 0, 1"))
    return label == "1"


def read_citation_needed(folder: Path) -> Iterator[Document]:
    """A document per passage whose cited or uncited part is one whole sentence, in the author's own voice; its neighbours are context.

    `needs_source` is a soft target: how often a sentence like it needs a source by the label guide. Which of several sentences the
    citation is for nobody says, so such passages are left out, and so is a sentence that names who says it. Since a soft target is no
    truth to measure by, all documents are train; a fifth of the pages is left out, for `benchmarks.registers`.

    Raises:
        DataError: see `passages`.
    """
    for passage in passages(folder):
        asked = passage.sentences[passage.asked]
        if len(asked) != 1 or passage.is_held_out or not _is_own_voice(asked[0]):
            continue
        labels = {"needs_source": NEEDS_SOURCE[passage.is_cited]}
        where = range(len(passage.sentences))[passage.asked]
        yield Document(
            id=f"citation-needed/{passage.part}/{passage.id}",
            group=f"citation-needed/{passage.title}",
            source="citation-needed",
            licence="none stated",
            segments=tuple(Segment(text, "sentence", labels if n in where else {}) for n, text in enumerate(passage.sentences)),
            genre=passage.part,
            outlet="wikipedia",
            split="train",
        )


def _is_own_voice(sentence: str) -> bool:
    """Whether it is a whole sentence without a quotation, a source named by position, or a verb of saying or thinking."""
    verbs = forms() - noun_verbs()
    words = re.findall(r"\w+", sentence.lower())
    return bool(_WHOLE.fullmatch(sentence)) and not _QUOTES.search(sentence) and not attributions(sentence) and verbs.isdisjoint(words)
