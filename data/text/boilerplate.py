"""Recognises boilerplate: lines of a page that belong to the site, not to the article. `boilerplate.yaml` holds the phrases."""

import re
from functools import cache

from presscheck.data.text.lexicon import read_words

_SEPARATOR = re.compile(r"\s+[|/·•»>]+\s+|\s{2,}|\s*[|·•]\s*")
_MAX_WORDS = 12
_MAX_CHARS = 400
_COMMAND_WORDS = 3
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_COPYRIGHT = re.compile(r"\W*(©|\(c\)|copyright\b).{0,20}\b(19|20)\d\d\b.{0,160}$", re.I)


@cache
def _phrase() -> re.Pattern[str]:
    read = read_words("boilerplate.yaml")
    lists = {name: "|".join(words) for name, words in read["words"].items()}
    patterns = [pattern.format_map(lists) for kind in read["phrases"].values() for pattern in kind]
    return re.compile(rf"^\W*(?:{'|'.join(patterns)})\W*$", re.I)


def is_boilerplate(line: str) -> bool:
    """Whether a line is boilerplate: a short known phrase, or short entries between separators of which at least half are known."""
    if _COPYRIGHT.match(line):
        return True
    words = len(line.split())
    if len(line) > _MAX_CHARS or words > _MAX_WORDS + 4 * ("|" in line) or (words > _COMMAND_WORDS and _ENDS.search(line)):
        return False  # too long, or a finished sentence
    entries = [entry for entry in _SEPARATOR.split(line) if entry]
    known = sum(bool(_phrase().match(entry)) for entry in entries)
    return bool(entries) and 2 * known >= len(entries)
