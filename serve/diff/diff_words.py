"""The words that the pages use for what changed, and the lines that they share."""

from presscheck.serve.diff.article_diff import ArticleDiff, HeadlineVersion, NumberDiff, SentenceVersion
from presscheck.serve.diff.changed_sources import SourceChange
from presscheck.serve.record import LedgerEntry
from presscheck.serve.render.words import SUPPORT, VERDICTS, percent

SOURCES = {
    "gained": "gained",
    "lost": "lost",
    "named": "named now",
    "unnamed": "no longer named",
    "reworded": "described by other words",
}
CLAIMS = {
    "lost_source": "lost its source",
    "gained_source": "gained a source",
    "named": "its source is named now",
    "unnamed": "its source is no longer named",
}
SENTENCES = {"moved": "moved", "reworded": "reworded", "added": "added", "removed": "removed"}
BETTER = ("gained", "named", "gained_source")
WORSE = ("lost", "unnamed", "lost_source")
NOTHING = "Nothing changed."


def tone(change: str) -> str:
    """Whether a change is "good" for the sourcing, "bad", or neither."""
    return "good" if change in BETTER else "bad" if change in WORSE else ""


def changes_of_sources(diff: ArticleDiff) -> list[SourceChange]:
    """The sources that are not the same in both versions."""
    return [source for source in diff.sources if source.change != "kept"]


def entry_line(entry: LedgerEntry | None) -> str:
    """A source, its type and the sentences that rest on it, counted from 1."""
    if entry is None:
        return "–"
    return f"{entry.name} ({entry.type}; {', '.join(str(index + 1) for index in entry.segments)})"


def state_line(sentence: SentenceVersion | None) -> str:
    """A sentence's number, verdict and source."""
    if sentence is None:
        return "–"
    verdict = VERDICTS[sentence.verdict] if sentence.verdict else "not judged"
    source = f": {sentence.source}" if sentence.source else ""
    return f"{sentence.index + 1}, {verdict}{source}"


def headline_line(headline: HeadlineVersion) -> str:
    """The flag of a headline and whether its body supports it."""
    if headline.flagged is None or headline.sensational is None:
        return "not judged"
    flag = f"sensational framing ({percent(headline.sensational)})" if headline.flagged else "not flagged"
    if headline.support is None:
        return flag
    said = SUPPORT[headline.support]
    missing = f": {', '.join(f'“{words}”' for words in headline.missing)}" if headline.missing else ""
    return f"{flag}; {said[0].lower()}{said[1:]}{missing}"


def number_place(number: NumberDiff) -> str:
    """Where a number stands."""
    if number.old_sentence is None or number.new_sentence is None:
        return "headline"
    return f"sentence {number.old_sentence + 1} → {number.new_sentence + 1}"


def risk_line(diff: ArticleDiff) -> str:
    """The risk before and after."""
    return " → ".join("not computed" if v.p is None else f"{v.level} ({percent(v.p)})" for v in (diff.risk.old, diff.risk.new))


def is_empty(diff: ArticleDiff) -> bool:
    """Whether the versions have the same sentences, verdicts, sources and headline."""
    changes = (changes_of_sources(diff), diff.claims, diff.numbers, [s for s in diff.sentences if s.change != "same"])
    return not (diff.headline.is_changed or any(changes))
