"""The words that both pages use for verdicts, bands and forms."""

from collections import Counter

from presscheck.serve.record import Record

VERDICTS = {
    "unsourced": "no source",
    "vague_source": "vague source",
    "speculation": "speculation",
    "attributed": "attributed",
    "own_account": "own account",
    "not_a_claim": "no claim",
}
FRAMING = {
    "assertion_question": "a question that asserts",
    "exaggeration": "exaggeration",
    "threat_or_war": "threat or war words",
    "urgency": "urgency",
    "teaser": "a teaser",
    "direct_address": "direct address",
    "scare_quotes": "scare quotes",
    "loaded_words": "loaded words",
}
FORMS = {
    "statement": "a statement",
    "polar_question": "a yes-or-no question",
    "assertion_question": "a statement under a question mark",
    "wh_question": "a question",
    "list": "a list",
    "command": "a command",
}
LEVELS = {
    "low": "an editor would pass this on",
    "elevated": "an editor might ask about its sources",
    "high": "an editor would send this to a sourcing review",
}
PARTIAL = {
    "language": "The text seems to be in another language than English ({}); it was not judged.",
    "headline": "There is no headline, so no risk was computed.",
    "body": "There is no body, so no risk was computed.",
    "untrained": "The model was not trained to judge all of this; train it on data with these labels too.",
}
# What is set aside, one and many.
ASIDES = {
    "boilerplate": ("line of site furniture", "lines of site furniture"),
    "byline": ("byline", "bylines"),
    "credit": ("credit", "credits"),
    "editors_note": ("note of the desk", "notes of the desk"),
    "list_mark": ("list mark", "list marks"),
    "table": ("row of a table", "rows of a table"),
    "timestamp": ("time stamp", "time stamps"),
    "duplicate": ("repeat", "repeats"),
}
DISCLAIMER = "This says how a text presents itself. It does not say that anything in it is false."


def percent(value: float) -> str:
    """A probability for people; one that rounds to 0 or 100 % is not shown as certain."""
    return "< 1%" if value < 0.005 else "> 99%" if value > 0.995 else f"{value:.0%}"


def why_partial(record: Record) -> str | None:
    """Which part could not be judged, in words."""
    if record.status != "partial":
        return None
    if record.notes.language not in (None, "en"):
        return PARTIAL["language"].format(record.notes.language)
    if record.headline is None:
        return PARTIAL["headline"]
    return PARTIAL["untrained" if record.segments else "body"]


def aside_counts(record: Record) -> list[str]:
    """What was set aside, in words: "2 time stamps", "1 repeat"."""
    counts = Counter(aside.kind for aside in record.notes.set_aside) + Counter(duplicate=len(record.notes.duplicates))
    return [f"{counts[kind]} {one if counts[kind] == 1 else many}" for kind, (one, many) in ASIDES.items() if counts[kind]]
