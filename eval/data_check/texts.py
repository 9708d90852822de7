"""Checks of texts: words, length, truncation, language."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.schema import ModelConfig
from presscheck.data.passages import tokenise_parts
from presscheck.data.schema import Document, Segment
from presscheck.data.text.language import detect_language
from presscheck.data.text.words import words_of
from presscheck.eval.data_check.check_results import Check
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.encoder import locate
from presscheck.train.scored import parts_of

_SHOWN = 60  # characters of a text in a detail


def describe(document: Document, segment: Segment) -> str:
    """A text with the id that it is found by."""
    text = segment.text if len(segment.text) <= _SHOWN else segment.text[:_SHOWN].rstrip() + "…"
    return f"{document.id}: {text}"


def at_most(
    name: str, wrong: Sequence[tuple[Document, str]], among: Iterable[Document], bound: float, advice: str, *, what: str = "texts"
) -> Check:
    """A check that a share of the items is at most the bound, in every source: a small bad one must not hide among many good ones.

    Args:
        wrong: the document of each item that is wrong, and its line.
        among: the document of every item.
    """
    counts = Counter(document.source for document in among)
    bad = Counter(document.source for document, _ in wrong)
    shares = {source: bad[source] / count for source, count in counts.items()}
    worst = max(shares, key=lambda source: shares[source], default=None)
    if worst is None:
        return Check(name, passed=True, found=f"no {what}", allowed=f"at most {bound:.1%}", advice=advice)
    where = f" of {worst}" if len(counts) > 1 and bad else ""
    count = counts[worst] if where else counts.total()
    lines = tuple(line for document, line in wrong if shares[document.source] > bound)
    found = f"{bad[worst]:,} of {count:,} {what}{where} ({shares[worst]:.1%})"
    return Check(name, not lines, found, f"at most {bound:.1%}" + (" of each source" if len(counts) > 1 else ""), lines, advice)


def lengths_of(documents: Sequence[Document]) -> dict[str, dict[int, int]]:
    """Kind of text to number of words to texts."""
    found: dict[str, Counter[int]] = {}
    for document in documents:
        for segment in document.segments:
            found.setdefault(segment.kind, Counter())[len(words_of(segment.text))] += 1
    return {kind: dict(sorted(counts.items())) for kind, counts in found.items()}


def text_checks(documents: Sequence[Document], model: ModelConfig, bounds: DataBounds, *, in_front: bool) -> Iterator[Check]:
    """Texts without words, unusual lengths, truncated texts, other languages.

    Args:
        in_front: whether bodies are read behind their headlines, which leave less room.
    """
    items = [(document, segment) for document in documents for segment in document.segments]
    places = [document for document, _ in items]
    counts = [len(words_of(segment.text)) for _, segment in items]
    empty = [(item[0], describe(*item)) for item, words in zip(items, counts, strict=True) if not words]
    yield at_most("texts without words", empty, places, 0.0, "remove these rows")
    usual = {"headline": bounds.headline_words, "sentence": bounds.sentence_words}
    for kind, words in usual.items():
        some = [(item, n) for item, n in zip(items, counts, strict=True) if item[1].kind == kind]
        odd = [(item[0], f"{n} words: {describe(*item)}") for item, n in some if not words.min <= n <= words.max]
        if some:
            yield at_most(
                f"length of {kind}s ({words.min} to {words.max} words)",
                odd,
                [item[0] for item, _ in some],
                bounds.unusual_length,
                f"look at whether the column holds {kind}s, and each its whole text; else change {kind}_words",
            )
    cut = _truncated(documents, model, in_front=in_front)
    yield at_most(
        f"texts truncated at {model.max_tokens} tokens",
        cut,
        places,
        bounds.truncated,
        "split longer texts into sentences, or raise model.max_tokens",
    )
    yield _language(documents, bounds)


def _truncated(documents: Sequence[Document], model: ModelConfig, *, in_front: bool) -> list[tuple[Document, str]]:
    tokenizer = load_tokenizer(locate(model.encoder) / "tokenizer.json")
    parts = [(document, part) for document in documents for part in parts_of(document)]
    read = [part.text if in_front else replace(part.text, headline=None) for _, part in parts]
    tokenised = tokenise_parts(tokenizer, read, max_tokens=model.max_tokens)
    return [
        (document, describe(document, segment))
        for (document, part), found in zip(parts, tokenised, strict=True)
        for segment, tokens in zip(part.segments, found.segments, strict=True)
        if tokens.truncated
    ]


def _language(documents: Sequence[Document], bounds: DataBounds) -> Check:
    """The share of documents in another language; short texts whose language cannot be told do not count."""
    spoken = [(document, detect_language(" ".join(s.text for s in document.segments[:3]))) for document in documents]
    told = [(document, code) for document, code in spoken if code is not None]
    foreign = [(document, f"{code}: {describe(document, document.segments[0])}") for document, code in told if code != "en"]
    return at_most(
        "language",
        foreign,
        [document for document, _ in told],
        bounds.not_english,
        "remove texts in other languages: the model reads English",
        what="documents not in English",
    )
