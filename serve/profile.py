"""Counts scored articles into a `Reference`."""

from collections import Counter

from presscheck.data.article import Article
from presscheck.serve.record import Record
from presscheck.serve.reference import ESTIMATED, LENGTH_BINS, SCORE_BINS, Reference, odds_bin


def count_words(article: Article) -> int:
    """Words of headline and body."""
    return len((article.headline or "").split()) + len((article.body or "").split())


class Profile:
    """Counts articles one by one."""

    def __init__(self) -> None:
        self._articles = 0
        self._scores: dict[str, list[int]] = {}
        self._odds: dict[str, Counter[int]] = {}
        self._flagged: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._lengths = [0] * LENGTH_BINS
        self._languages: Counter[str] = Counter()

    def add(self, article: Article, record: Record) -> None:
        """Counts one article."""
        self._articles += 1
        if record.status == "ok":
            self._lengths[min(count_words(article).bit_length(), LENGTH_BINS - 1)] += 1
        self._languages[record.notes.language or "?"] += 1
        if record.headline:
            self._score("sensational", record.headline.sensational)
            self._score("headline_loaded", record.headline.loaded)
            self._flag("sensational", record.headline.flagged)
        for segment in record.segments:
            self._score("unsourced", segment.unsourced)
            self._flag("unsourced", segment.flagged)
        self._score("review", record.risk.p)
        if record.risk.level is not None:
            self._flag("elevated", record.risk.level != "low")
            self._flag("high", record.risk.level == "high")

    def _score(self, name: str, value: float | None) -> None:
        if value is not None:
            bins = self._scores.setdefault(name, [0] * SCORE_BINS)
            bins[min(int(value * SCORE_BINS), SCORE_BINS - 1)] += 1
            if name in ESTIMATED:
                self._odds.setdefault(name, Counter())[odds_bin(value)] += 1

    def _flag(self, name: str, value: bool | None) -> None:  # noqa: FBT001 - three-valued, as in the record
        if value is not None:
            self._asked[name] += 1
            self._flagged[name] += value

    def reference(self) -> Reference:
        """The counts so far."""
        return Reference(
            articles=self._articles,
            scores=dict(sorted(self._scores.items())),
            odds={name: dict(sorted(bins.items())) for name, bins in sorted(self._odds.items())},
            flagged={name: self._flagged[name] for name in sorted(self._asked)},
            asked=dict(sorted(self._asked.items())),
            lengths=self._lengths,
            languages=dict(sorted(self._languages.items())),
        )
