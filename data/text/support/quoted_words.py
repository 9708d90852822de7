"""Quoted words of the headline that nobody says in the body."""

from presscheck.data.text.quotation import quoted
from presscheck.data.text.support.body_index import WORD, BodyIndex, bare_word
from presscheck.data.text.support.findings import Missing
from presscheck.data.text.support.stems import stem

_HELD_SHARE = 0.75  # of the quoted words: a headline shortens and inflects what somebody said
_MIN_WORDS = 3  # fewer are often the author's own scare quotes, and a short body does not repeat them
_MIN_LENGTH = 300
_MARKS = "\"'"


def missing_quotations(headline: str, body: BodyIndex) -> list[Missing]:
    """The quotations of a folded headline of which the body holds too little in any sentence and the one after it."""
    missing = []
    for start, end in quoted([headline], [0])[0].spans:
        inside = headline[start:end]
        first = start + len(inside) - len(inside.lstrip(_MARKS))
        last = end - (len(inside) - len(inside.rstrip(_MARKS + " ,.!?")))
        stems = {stem(bare_word(word).lower()) for word in WORD.findall(headline[first:last])}
        is_judged = len(stems) >= _MIN_WORDS or (bool(stems) and body.length >= _MIN_LENGTH)
        if is_judged and not _is_said(stems, body):
            missing.append(Missing(first, last, "quotation"))
    return missing


def _is_said(stems: set[str], body: BodyIndex) -> bool:
    pairs = zip(body.stems, (*body.stems[1:], frozenset()), strict=True)
    return any(len(stems & (here | behind)) >= _HELD_SHARE * len(stems) for here, behind in pairs)
