"""The facets that define slices. A facet gives an item's value, or None if the item has none."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from presscheck.data.schema import Document, Segment
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.normalise import fold
from presscheck.eval.behaviour import read_data

Facet = Callable[[Document, Segment], str | None]
_QUOTED = re.compile(r'"[^"]+"')
TRANSLATED = "translated"  # the starter corpus records the style as a genre


def _length(_: Document, segment: Segment) -> str:
    words = len(segment.text.split())
    return "up to 8 words" if words <= 8 else "9 to 14 words" if words <= 14 else "15 to 24 words" if words <= 24 else "25 words and more"


def _quotation(_: Document, segment: Segment) -> str:
    share = sum(len(m.group()) for m in _QUOTED.finditer(fold(segment.text))) / len(segment.text)
    return "no quotation" if share == 0 else "less than half quoted" if share < 0.5 else "half or more quoted"


@cache
def _words(group: str) -> re.Pattern[str]:
    """Words of the behavioural suite, so that templates and texts name the same groups."""
    pairs: Mapping[str, str] = read_data("words.yaml")["pairs"]["genders"]
    words: Mapping[str, Iterable[str]] = {
        "a country": read_data("words.yaml")["countries"],
        "a religion": read_data("fairness.yaml")["religions"]["fillers"],
        # colours are in too many texts that name nobody
        "an ethnic group": set(read_data("fairness.yaml")["ethnic groups"]["fillers"]) - {"Black", "white"},
        "a man": pairs.keys(),
        "a woman": pairs.values(),
    }
    found = "|".join(re.escape(word) for word in sorted(words[group]))
    return re.compile(rf"\b(?:{found})s?\b", re.I if group in ("a man", "a woman") else 0)


def _names(group: str) -> Facet:
    return lambda _, segment: group if _words(group).search(segment.text) else None


NAMES = "names"  # who a text is about; a text can name several
WHO = (NAMES, "region")  # facets for whom a text is about
FACETS: Sequence[tuple[str, Facet]] = (
    ("genre", lambda document, _: document.genre if document.genre != TRANSLATED else None),  # defined below
    ("translated style", lambda document, _: "translated or non-native" if document.genre == TRANSLATED else None),
    ("topic", lambda document, _: document.topic),
    ("region", lambda document, _: document.region),
    ("outlet", lambda document, _: document.outlet),
    ("source", lambda document, _: document.source),
    ("length", _length),
    ("headline form", lambda _, segment: headline_form(segment.text) if segment.kind == "headline" else None),
    ("quotation", _quotation),
    *((NAMES, _names(group)) for group in ("a country", "a religion", "an ethnic group", "a man", "a woman")),
)
