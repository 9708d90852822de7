"""Measures a scorer's flags and scores on gold labels, with intervals over articles.

Shapes: N items.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from presscheck.data.article import Article
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.eval.gold.reader import Gold, GoldArticle, GoldHeadline
from presscheck.eval.metrics import ranking
from presscheck.serve.record import Record, ScoredSegment, Verdict
from presscheck.serve.scorer import Scorer

TO_FLAG = frozenset("UVS")  # codes of sentences that an editor wants flagged
_RESAMPLES = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GoldFigure:
    """One figure on gold labels.

    Attributes:
        key: the name as an identifier, for a gate and a tracker.
        name: what is measured, for people.
        positive: how many of the n items are positive.
        values: "auc", or "precision", "recall" and "flagged" (a share), each with its 95 % bootstrap interval over articles.
    """

    key: str
    name: str
    n: int
    positive: int
    values: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class GoldReport:
    """Every figure of one folder of gold labels."""

    folder: str
    headlines: int
    articles: int
    sentences: int
    figures: tuple[GoldFigure, ...]

    def measures(self) -> dict[str, Estimate]:
        """Every value under a flat name such as "sentence_flag_precision"."""
        return {f"{one.key}_{name}": found for one in self.figures for name, found in one.values.items()}


def area(key: str, name: str, truth: Sequence[bool], scores: Sequence[float], groups: Sequence[str]) -> GoldFigure:
    """The ROC AUC of scores."""
    is_positive_N, scores_N = np.array(truth, dtype=bool), np.array(scores, dtype=float)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        ranked = ranking(scores_N[index], is_positive_N[index])
        return {"auc": ranked[1] if ranked else None}

    values = bootstrap(statistic, groups, resamples=_RESAMPLES) if truth else {}
    return GoldFigure(key, name, len(truth), int(is_positive_N.sum()), values)


def rates(key: str, name: str, truth: Sequence[bool], flagged: Sequence[bool], groups: Sequence[str]) -> GoldFigure:
    """Precision, recall and share of flags."""
    is_positive_N, is_flagged_N = np.array(truth, dtype=bool), np.array(flagged, dtype=bool)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        positive, given = is_positive_N[index], is_flagged_N[index]
        hits = float((positive & given).sum())
        return {
            "precision": hits / given.sum() if given.any() else None,
            "recall": hits / positive.sum() if positive.any() else None,
            "flagged": float(given.mean()),
        }

    values = bootstrap(statistic, groups, resamples=_RESAMPLES) if truth else {}
    return GoldFigure(key, name, len(truth), int(is_positive_N.sum()), values)


def _framing(headlines: Sequence[GoldHeadline], records: Sequence[Record]) -> GoldFigure:
    """Characters of framing words in sensational headlines: those of either pass against those shown."""
    counts: list[tuple[int, int, int]] = []  # right, shown, wanted
    for gold, record in zip(headlines, records, strict=True):
        if not gold.is_sensational or record.headline is None:
            continue
        wanted: set[int] = set()
        for words in {words for votes in gold.framing for words in votes}:
            start = gold.headline.find(words)
            wanted |= set(range(start, start + len(words))) if start >= 0 else set()
        shown = {place for cue in record.headline.cues for place in range(cue.start, cue.end)}
        counts.append((len(wanted & shown), len(shown), len(wanted)))
    counts_N3 = np.array(counts, dtype=float).reshape(-1, 3)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        right, shown, wanted = counts_N3[index].sum(axis=0)
        return {"precision": right / shown if shown else None, "recall": right / wanted if wanted else None}

    values = bootstrap(statistic, [str(n) for n in range(len(counts))], resamples=_RESAMPLES) if counts else {}
    return GoldFigure("framing_words", "framing words, characters", len(counts), len(counts), values)


def _overlapping(gold: tuple[int, int], segments: Iterable[ScoredSegment]) -> ScoredSegment | None:
    """The scored segment that shares the most characters with a gold sentence; None if none shares any."""

    def shared(segment: ScoredSegment) -> int:
        return min(segment.end, gold[1]) - max(segment.start, gold[0])

    best = max(segments, key=shared, default=None)
    return best if best is not None and shared(best) > 0 else None


def _sentence_figures(articles: Sequence[GoldArticle], records: Sequence[Record]) -> list[GoldFigure]:
    """Figures over the sentences whose passes agree; sentences that the reader set aside are not counted."""
    items: list[tuple[str, ScoredSegment, str]] = []
    for article, record in zip(articles, records, strict=True):
        for gold in article.segments:
            segment = _overlapping((gold.start, gold.end), record.segments)
            if gold.code is not None and segment is not None and segment.verdict is not None:
                items.append((gold.code, segment, article.id))

    def of(key: str, codes: str, name: str, truth: str, score: Callable[[ScoredSegment], float | None]) -> GoldFigure:
        chosen = [(code in truth, score(segment) or 0.0, group) for code, segment, group in items if code in codes]
        return area(key, name, [c[0] for c in chosen], [c[1] for c in chosen], [c[2] for c in chosen])

    def found(key: str, code: str, name: str, verdict: Verdict) -> GoldFigure:
        chosen = [(segment.verdict == verdict, group) for own, segment, group in items if own == code]
        figure = rates(key, name, [True] * len(chosen), [c[0] for c in chosen], [c[1] for c in chosen])
        recall = {name: one for name, one in figure.values.items() if name == "recall"}  # all are positive
        return replace(figure, values=recall)

    groups = [group for _, _, group in items]
    truth = [code in TO_FLAG for code, _, _ in items]
    return [
        rates("sentence_flag", "sentence flag", truth, [bool(segment.flagged) for _, segment, _ in items], groups),
        of("unsourced", "NAVSUO", "unsourced, for U, V, S", "UVS", lambda s: s.unsourced),
        of("claim", "NAVSUO", "claim", "AVSUO", lambda s: s.claim),
        of("attributed", "AVSUO", "attributed, among claims", "AV", lambda s: s.attributed),
        of("needs_source", "UO", "needs_source, among the author's own claims", "U", lambda s: s.needs_source),
        found("vague_source", "V", "vague sources found as vague", "vague_source"),
        found("speculation", "S", "speculations found as speculation", "speculation"),
    ]


def measure_gold(scorer: Scorer, gold: Gold) -> GoldReport:
    """Scores texts with gold labels and compares the flags with the labels."""
    headlines, articles = gold.headlines, gold.articles
    heads = list(scorer.score(Article(row.id, row.headline, None) for row in headlines))
    bodies = list(scorer.score(Article(row.id, row.headline, row.body) for row in articles))
    figures: list[GoldFigure] = []
    asked = [(row, record.headline) for row, record in zip(headlines, heads, strict=True) if record.headline]
    if asked:
        truth, groups = [row.is_sensational for row, _ in asked], [row.id for row, _ in asked]
        figures += [
            rates("headline_flag", "headline flag", truth, [bool(found.flagged) for _, found in asked], groups),
            area("sensational", "sensational", truth, [found.sensational or 0.0 for _, found in asked], groups),
            _framing(headlines, heads),
        ]
    if articles:
        reviewed, ids = [article.is_reviewed for article in articles], [article.id for article in articles]
        figures += _sentence_figures(articles, bodies)
        figures += [
            area("risk", "risk", reviewed, [record.risk.p or 0.0 for record in bodies], ids),
            rates("risk_high", "risk high", reviewed, [record.risk.level == "high" for record in bodies], ids),
        ]
    sentences = sum(len(article.segments) for article in articles)
    return GoldReport(gold.folder, len(headlines), len(articles), sentences, tuple(figures))
