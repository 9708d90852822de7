"""Picture captions, told by the credit that they end in: by rule, never trained."""

import re

from presscheck.data.text.normalise import plain

MAX_WORDS = 40
_MEDIUM = r"(photo(graph)?|picture|image|pic|foto|credit|source)"
_CREDIT = re.compile(
    rf"(\({_MEDIUM}\s*(:|by\b|courtesy of\b)[^()]{{1,60}}\)|(^|[.!?,;:-]\s+){_MEDIUM}\s*(:|by\b|courtesy of\b)[^.!?]{{1,60}})\W*$",
    re.I,
)


def ends_in_credit(sentence: str) -> bool:
    """Whether a short line ends in a picture credit: "(Source: Twitter)", "Photo: Ana Ruiz / Harbour News"."""
    return len(sentence.split()) <= MAX_WORDS and bool(_CREDIT.search(plain(sentence)))
