"""One simulated year: a labelled seed, then rounds of reviews, with heads fitted after each.

Shapes: N segments of the pool, P documents of the pool.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from tqdm.auto import tqdm

from benchmarks.frozen import Head, fit_head, is_positive
from benchmarks.year.material import Material, segments_of
from presscheck.data.atomic import write_atomically
from presscheck.data.schema import FlagName, LabelName
from presscheck.eval.metrics import Array, ranking
from presscheck.eval.selection.draw import SelectOptions, draw
from presscheck.eval.selection.uncertainty import entropy
from presscheck.serve.manifest import LABELS_OF_FLAG

Arm = Literal["active", "random"]
ARMS: tuple[Arm, ...] = get_args(Arm)
LABELS: tuple[LabelName, ...] = ("sensational", "loaded", "claim", "attributed", "needs_source")
SEED_ITEMS = PER_ROUND = 200
ROUNDS = 12
FURTHER = 4  # rounds of random choice beyond the year, to see when it reaches what active selection has reached


@dataclass(frozen=True, slots=True)
class Point:
    """The state after a round.

    Attributes:
        reviews: items labelled so far, those of the seed included.
        segments: their headlines and sentences.
        auc: on the test split, by label.
    """

    reviews: int
    segments: int
    auc: dict[str, float]


@dataclass(frozen=True, slots=True)
class Year:
    """One year: the documents of each round by their numbers, the seed first, and the points after each."""

    picks: list[list[int]]
    points: list[Point]

    def labelled(self, rounds: int) -> list[int]:
        """What is labelled after so many rounds."""
        return [number for picks in self.picks[: rounds + 1] for number in picks]


def read_year(path: Path) -> Year:
    """A year as far as it has been run."""
    if not path.is_file():
        return Year([], [])
    found = json.loads(path.read_text(encoding="utf-8"))
    return Year(found["picks"], [Point(**point) for point in found["points"]])


def run_year(material: Material, arm: Arm, seed: int, path: Path) -> Year:
    """Runs a year, or what is left of it; every round is written when it is done."""
    year = read_year(path)
    rounds = ROUNDS + (FURTHER if arm == "random" else 0)
    heads: Mapping[str, Head] = {}
    with tqdm(range(len(year.points), rounds + 1), desc=f"{arm} {seed}", disable=None) as bar:
        for number in bar:
            if number and not heads and arm == "active":
                heads = _heads(material, year.labelled(number))
            year.picks.append(_picks(material, arm, seed, year.labelled(number), heads))
            heads = _heads(material, year.labelled(number))
            year.points.append(_point(material, year.labelled(number), heads))
            with write_atomically(path) as stream:
                stream.write(json.dumps({"picks": year.picks, "points": [asdict(point) for point in year.points]}))
    return year


def _picks(material: Material, arm: Arm, seed: int, labelled: Sequence[int], heads: Mapping[str, Head]) -> list[int]:
    """The next items: the seed and the random arm's at random, the active arm's as `presscheck data select` draws them."""
    is_left_P = np.ones(len(material.documents), dtype=bool)
    is_left_P[list(labelled)] = False
    left = np.flatnonzero(is_left_P)
    random = np.random.default_rng([seed, len(labelled)])
    if not labelled or arm == "random":
        found: list[int] = random.choice(left, size=min(PER_ROUND if labelled else SEED_ITEMS, len(left)), replace=False).tolist()
        return found
    places = np.cumsum(is_left_P) - 1  # of each document among those that are left
    order = [int(places[number]) for number in material.order if is_left_P[number]]
    outlets = [material.documents[number].outlet for number in left]
    options = SelectOptions(count=PER_ROUND, seed=int(random.integers(2**31)))
    picks = draw(_uncertainties(material, heads)[left], order, outlets, options)
    return [int(left[pick.index]) for pick in picks]


def _uncertainties(material: Material, heads: Mapping[str, Head]) -> Array:
    """Each document's uncertainty (P,), as `eval.selection.uncertainty` has it: the mean over its flags of the mean over its segments.

    A flag counts for the segments of which one of its labels would be asked.
    """
    train = material.train
    p = {label: head.probabilities(train.features_NF) for label, head in heads.items()}
    flags: dict[FlagName, Array] = {
        "sensational": p["sensational"],
        "loaded": p["loaded"],
        "unsourced": p["claim"] * (1 - p["attributed"]) * p["needs_source"],
    }
    owners_N = np.empty(len(train.places), dtype=np.intp)
    for number, segments in enumerate(material.segments):
        owners_N[segments] = number
    is_sentence_N = np.array([segment.kind == "sentence" for _, segment in train.places])
    means = []
    for flag, probabilities_N in flags.items():
        asked_N = np.any([~np.isnan(train.targets(label)) for label in LABELS_OF_FLAG[flag]], axis=0)
        if flag == "unsourced":
            asked_N &= is_sentence_N
        counts_P = np.bincount(owners_N, weights=asked_N, minlength=len(material.documents))
        sums_P = np.bincount(owners_N, weights=asked_N * entropy(probabilities_N), minlength=len(material.documents))
        means.append(np.where(counts_P > 0, sums_P / np.maximum(counts_P, 1), np.nan))
    found: Array = np.nan_to_num(np.nanmean(np.array(means), axis=0))
    return found


def _heads(material: Material, labelled: Sequence[int]) -> dict[str, Head]:
    chosen = segments_of(material, labelled)
    heads: dict[str, Head] = {}
    for label in LABELS:
        targets = material.train.targets(label)[chosen]
        there = ~np.isnan(targets)
        heads[label] = fit_head(material.train.features_NF[chosen[there]], targets[there])
    return heads


def _point(material: Material, labelled: Sequence[int], heads: Mapping[str, Head]) -> Point:
    auc = {}
    for label, head in heads.items():
        targets = material.test.targets(label)
        there = ~np.isnan(targets)
        ranked = ranking(head.probabilities(material.test.features_NF[there]), is_positive(targets[there]))
        if ranked:
            auc[label] = round(ranked[1], 5)
    return Point(len(labelled), len(segments_of(material, labelled)), auc)
