"""The words that every page uses for verdicts, bands and forms."""

from collections import Counter

from presscheck.serve.record import Headline, Record, Support

VERDICTS = {
    "unsourced": "no source",
    "vague_source": "vague source",
    "speculation": "speculation",
    "attributed": "attributed",
    "own_account": "own account",
    "not_a_claim": "no claim",
}
NEEDS_NO_SOURCE = "needs no source"  # said of an own account wherever a page has room for it
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
SUPPORT = {
    "supported": "The body reports what it states",
    "overstated": "The body may report less than it states",
    "not_reported": "The body may not report what it states",
}
UNSUPPORTED = "{p} likely that it reports all of it, less than the policy {policy} asks for"
MISSING = {
    "number": "a number",
    "name": "a name",
    "place": "a place",
    "quotation": "quoted words",
    "certainty": "certainty",
    "event": "an event",
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
GENRES = {
    "news": "news",
    "opinion": "opinion",
    "satire": "satire",
    "release": "a press release",
    "listing": "a listing",
    "other": "another kind of text",
}
PARTIAL = {
    "language": "The text seems to be in a language other than English ({}); it was not judged.",
    "headline": "There is no headline, so no risk was computed.",
    "body": "There is no body, so no risk was computed.",
    "untrained": "The model was not trained on all of these labels; train it on data that has them.",
}
# What is set aside: singular and plural.
ASIDES = {
    "boilerplate": ("line of boilerplate", "lines of boilerplate"),
    "byline": ("byline", "bylines"),
    "credit": ("credit", "credits"),
    "editors_note": ("editor's note", "editor's notes"),
    "headline": ("repeat of the headline", "repeats of the headline"),
    "list_mark": ("list mark", "list marks"),
    "table": ("table row", "table rows"),
    "timestamp": ("time stamp", "time stamps"),
    "duplicate": ("repeat", "repeats"),
}
DISCLAIMER = "This says how a text presents itself. It does not say that anything in it is false."


def percent(value: float) -> str:
    """A percentage for people; a probability that rounds to 0 or 100 % is not shown as certain."""
    return "< 1%" if value < 0.005 else "> 99%" if value > 0.995 else f"{value:.0%}"


def support_odds(support: Support, policy: str) -> str:
    """P(supported) in words; of a verdict that is a flag, why it is one, since P(supported) may well be above a half."""
    p = percent(support.p)
    return f"{p} supported" if support.verdict == "supported" else UNSUPPORTED.format(p=p, policy=policy)


def what_is_missing(headline: Headline) -> str:
    """The words of the headline that the body lacks, each with its kind; empty where it lacks none."""
    missing = headline.support.missing if headline.support else []
    return ", ".join(f"“{words.text}” ({MISSING[words.kind]})" for words in missing)


def why_partial(record: Record) -> str | None:
    """A sentence about the part that could not be judged."""
    if record.status != "partial":
        return None
    if record.notes.language not in (None, "en"):
        return PARTIAL["language"].format(record.notes.language)
    if record.headline is None:
        return PARTIAL["headline"]
    return PARTIAL["untrained" if record.segments else "body"]


def aside_counts(record: Record) -> list[str]:
    """Phrases for what was set aside: "2 time stamps", "1 repeat"."""
    counts = Counter(aside.kind for aside in record.notes.set_aside) + Counter(duplicate=len(record.notes.duplicates))
    return [f"{counts[kind]} {one if counts[kind] == 1 else many}" for kind, (one, many) in ASIDES.items() if counts[kind]]
