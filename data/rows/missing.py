"""Words that programs write for a missing text."""

# What pandas, R, SQL and spreadsheets write for a missing value, and a dash. A closed set: each is a format's own mark.
_MISSING = (
    {"nan", "-nan", "nat", "null", "none", "nil", "na", "n/a", "#na", "#n/a", "<na>", "1.#ind", "1.#qnan"}
    | {"-", "--", r"\n"}
    | {"(blank)", "(null)", "(none)", "(empty)"}
)


def is_missing_word(text: str) -> bool:
    """Whether a whole text is such a word, in any case: "NaN", but not "NaN bug grounds ferries"."""
    return text.strip().casefold() in _MISSING
