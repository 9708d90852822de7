"""Measures whether the marked words of a headline explain its score (DeYoung et al. 2020, ERASER, section 4.2).

For a headline x, the words r that its cues touch, and p, its P(sensational):

    comprehensiveness = p(x) - p(x without r)     high if the score falls without the words
    sufficiency       = p(x) - p(r alone)         near 0 if the words alone keep the score

The baseline is the same for as many other words of the headline, drawn at random several times. If more than half of the words
are cues, all others are drawn and the rest from the cues.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from presscheck.data.article import Article
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.schema import Document
from presscheck.data.text.words import word_spans
from presscheck.serve.assemble import read_headline
from presscheck.serve.scorer import Scorer

DRAWS = 10
Place = tuple[int, int]
Score = Callable[[Sequence[str]], Sequence[float]]  # texts to P(sensational)


@dataclass(frozen=True, slots=True)
class MarkedHeadline:
    """A headline as the model reads it, with the offsets of its cues.

    Attributes:
        group: headlines of one story.
    """

    group: str
    text: str
    cues: tuple[Place, ...]
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The effect of removing words from headlines on their scores.

    Attributes:
        headlines: which headlines: "flagged" or "all with cues".
        n: headlines that are counted.
        without_cues: headlines in which no word is marked, so that there is nothing to take out.
        left_out: headlines in which every word is a cue, so that nothing is left.
        words: share of the words that the cues touch.
        figures: "comprehensiveness" and "sufficiency" of the cue words; the same with " at random" of as many other words; and "falls
            more", the share of headlines whose score falls by more without the cue words than without others. Intervals over stories.
    """

    headlines: str
    n: int
    without_cues: int
    left_out: int
    words: float
    figures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class _Variants:
    """The texts of one headline: whole, without the cue words, the cue words alone, and both for each draw."""

    headline: MarkedHeadline
    words: float
    texts: tuple[str, ...]


def _both(text: str, words: Sequence[Place], chosen: Iterable[int]) -> tuple[str, str]:
    """The text without the chosen words, and the chosen words alone; both in order."""
    picked = set(chosen)
    rest, alone = ([text[a:b] for n, (a, b) in enumerate(words) if (n in picked) is is_in] for is_in in (False, True))
    return " ".join(rest), " ".join(alone)


def _variants(headline: MarkedHeadline, *, seed: int) -> _Variants | None:
    words = word_spans(headline.text)
    cued = [n for n, (a, b) in enumerate(words) if any(start < b and a < end for start, end in headline.cues)]
    others = sorted(set(range(len(words))) - set(cued))
    if not others:
        return None
    own = min(len(cued), len(others))
    generator = random.Random(f"{seed}/{headline.text}")  # noqa: S311 - not cryptography
    draws = [generator.sample(others, own) + generator.sample(cued, len(cued) - own) for _ in range(DRAWS)]
    pairs = [_both(headline.text, words, chosen) for chosen in (cued, *draws)]
    whole = " ".join(headline.text[a:b] for a, b in words)
    return _Variants(headline, len(cued) / len(words), (whole, *(text for pair in pairs for text in pair)))


def _figures(falls_N2D: NDArray[np.float64], index: NDArray[np.intp]) -> dict[str, float | None]:
    """N headlines; taken out or alone; the cue words and then D draws."""
    cue_N2, random_N2 = falls_N2D[index, :, 0], falls_N2D[index, :, 1:].mean(axis=2)
    return {
        "comprehensiveness": float(cue_N2[:, 0].mean()),
        "comprehensiveness at random": float(random_N2[:, 0].mean()),
        "sufficiency": float(cue_N2[:, 1].mean()),
        "sufficiency at random": float(random_N2[:, 1].mean()),
        "falls more": float((cue_N2[:, 0] > random_N2[:, 0]).mean()),
    }


def faithfulness(headlines: Sequence[MarkedHeadline], score: Score, *, resamples: int, seed: int = 0) -> list[Faithfulness]:
    """Comprehensiveness and sufficiency of the flagged headlines, and of all with cues; a group without headlines is left out."""
    made = [found for h in headlines if h.cues and (found := _variants(h, seed=seed))]
    if not made:
        return []
    scores = np.array(score([text for one in made for text in one.texts])).reshape(len(made), -1)
    falls_N2D = (scores[:, :1] - scores[:, 1:]).reshape(len(made), -1, 2).transpose(0, 2, 1)
    reports = []
    kinds: dict[str, Callable[[MarkedHeadline], bool]] = {"flagged": lambda h: h.is_flagged, "all with cues": lambda h: bool(h.cues)}
    for name, takes in kinds.items():
        asked = [h for h in headlines if takes(h)]
        chosen = np.array([n for n, one in enumerate(made) if takes(one.headline)], dtype=np.intp)
        if not len(chosen):
            continue
        figures = bootstrap(
            partial(_figures, falls_N2D[chosen]),
            [made[n].headline.group for n in chosen],
            resamples=resamples,
        )
        reports.append(
            Faithfulness(
                name,
                n=len(chosen),
                without_cues=sum(not h.cues for h in asked),
                left_out=sum(bool(h.cues) for h in asked) - len(chosen),
                words=float(np.mean([made[n].words for n in chosen])),
                figures=figures,
            )
        )
    return reports


def measure_faithfulness(scorer: Scorer, documents: Sequence[Document], *, resamples: int) -> list[Faithfulness]:
    """Measures the documents' headlines, with the cues and flags of their records."""
    found = [(d, Article(d.id, d.headline.text, None)) for d in documents if d.headline]
    records = scorer.score(article for _, article in found)
    headlines = [
        MarkedHeadline(
            document.group,
            read_headline(article),
            tuple((cue.start, cue.end) for cue in record.headline.cues),
            bool(record.headline.flagged),
        )
        for (document, article), record in zip(found, records, strict=True)
        if record.headline
    ]

    def sensational(texts: Sequence[str]) -> list[float]:
        return [segments[0].labels["sensational"] for segments in scorer.segments([[text] for text in texts])]

    return faithfulness(headlines, sensational, resamples=resamples)
