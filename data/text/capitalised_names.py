"""Names in running text, found by their capitals."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from presscheck.data.schema import Document

_NAME = re.compile(r"(?<=[\w,;:] )(?!I\b)[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}")
_WORD = re.compile(r"[A-Za-z]{4,}")
Names = Mapping[int, Sequence[str]]  # by their number of words


def names_by_capitals(text: str) -> list[re.Match[str]]:
    """Capitalised words inside a text in sentence case; in capitals or title case a name cannot be told from any other word."""
    words = _WORD.findall(text)
    if sum(word[0].isupper() for word in words) > len(words) / 2:
        return []
    return list(_NAME.finditer(text))


def names_of(documents: Iterable[Document], *, least: int = 2) -> Names:
    """Names that occur at least so often in the texts."""
    counts = Counter(match.group() for d in documents for s in d.segments for match in names_by_capitals(s.text))
    found: dict[int, list[str]] = {}
    for name, count in sorted(counts.items()):
        if count >= least:
            found.setdefault(len(name.split()), []).append(name)
    return found
