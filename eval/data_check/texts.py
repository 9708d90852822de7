"""Checks of texts: words, length, truncation, language."""

from collections import Counter
from collections.abc import Iterator, Sequence

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.schema import ModelConfig
from presscheck.data.passages import tokenise_documents
from presscheck.data.schema import Document, Segment
from presscheck.data.text.language import detect_language
from presscheck.data.text.words import words_of
from presscheck.eval.data_check.report import Check
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.encoder import locate
from presscheck.train.scored import parts_of

_SHOWN = 60  # characters of a text in a detail


def describe(document: Document, segment: Segment) -> str:
    """A text with the id that it is found by."""
    text = segment.text if len(segment.text) <= _SHOWN else segment.text[:_SHOWN].rstrip() + "…"
    return f"{document.id}: {text}"


def at_most(name: str, wrong: Sequence[str], count: int, bound: float, advice: str, *, what: str = "texts") -> Check:
    """A check that a share of the items is at most the bound."""
    share = len(wrong) / count if count else 0.0
    found = f"{len(wrong):,} of {count:,} {what} ({share:.1%})" if count else f"no {what}"
    return Check(name, share <= bound, found, f"at most {bound:.1%}", tuple(wrong) if share > bound else (), advice)


def lengths_of(documents: Sequence[Document]) -> dict[str, dict[int, int]]:
    """Kind of text to number of words to texts."""
    found: dict[str, Counter[int]] = {}
    for document in documents:
        for segment in document.segments:
            found.setdefault(segment.kind, Counter())[len(words_of(segment.text))] += 1
    return {kind: dict(sorted(counts.items())) for kind, counts in found.items()}


def text_checks(documents: Sequence[Document], model: ModelConfig, bounds: DataBounds) -> Iterator[Check]:
    """Texts without words, unusual lengths, truncated texts, other languages."""
    items = [(document, segment) for document in documents for segment in document.segments]
    counts = [len(words_of(segment.text)) for _, segment in items]
    empty = [describe(*item) for item, words in zip(items, counts, strict=True) if not words]
    yield at_most("texts without words", empty, len(items), 0.0, "remove these rows")
    usual = {"headline": bounds.headline_words, "sentence": bounds.sentence_words}
    for kind, words in usual.items():
        some = [(item, n) for item, n in zip(items, counts, strict=True) if item[1].kind == kind]
        odd = [f"{n} words: {describe(*item)}" for item, n in some if not words.min <= n <= words.max]
        if some:
            yield at_most(
                f"length of {kind}s ({words.min} to {words.max} words)",
                odd,
                len(some),
                bounds.unusual_length,
                f"look at whether the column holds {kind}s, and each its whole text; else change {kind}_words",
            )
    cut = _truncated(documents, model)
    yield at_most(
        f"texts truncated at {model.max_tokens} tokens",
        cut,
        len(items),
        bounds.truncated,
        "split longer texts into sentences, or raise model.max_tokens",
    )
    yield _language(documents, bounds)


def _truncated(documents: Sequence[Document], model: ModelConfig) -> list[str]:
    tokenizer = load_tokenizer(locate(model.encoder) / "tokenizer.json")
    parts = [(document, part) for document in documents for part in parts_of(document)]
    tokenised = tokenise_documents(tokenizer, [[s.text for s in part] for _, part in parts], max_tokens=model.max_tokens)
    return [
        describe(document, segment)
        for (document, part), found in zip(parts, tokenised, strict=True)
        for segment, tokens in zip(part, found, strict=True)
        if tokens.truncated
    ]


def _language(documents: Sequence[Document], bounds: DataBounds) -> Check:
    """The share of documents in another language; short texts whose language cannot be told do not count."""
    spoken = [(document, detect_language(" ".join(s.text for s in document.segments[:3]))) for document in documents]
    told = [(document, code) for document, code in spoken if code is not None]
    foreign = [f"{code}: {describe(document, document.segments[0])}" for document, code in told if code != "en"]
    return at_most(
        "language",
        foreign,
        len(told),
        bounds.not_english,
        "remove texts in other languages: the model reads English",
        what="documents not in English",
    )
