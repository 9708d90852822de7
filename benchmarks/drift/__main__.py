"""How often drift is found: between sets of one source, as other subjects come in, and as more articles call for a review.

`python -m benchmarks.drift` scores the starter corpus' articles once and draws sets of them.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from benchmarks.report import Results, record, table
from presscheck.data.schema import POSITIVE, Document
from presscheck.data.starter import read_starter
from presscheck.serve.batch.summary.drift import compare
from presscheck.serve.bundle import read_bundle
from presscheck.serve.profile import Profile
from presscheck.serve.reference import Reference, combined
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import as_article

REFERENCE, BATCH = 130, 100
ANY = "any of them"
Pair = tuple[Sequence[Reference], Sequence[Reference]]


@dataclass(frozen=True, slots=True)
class Change:
    """What comes into the batch.

    Attributes:
        is_other: the articles that come in.
        base: their share of the reference.
        shares: their shares of the batches, that of the reference first.
    """

    name: str
    is_other: Callable[[Document], bool]
    base: float
    shares: tuple[float, ...]


CHANGES = (
    Change("business, markets and technology", lambda d: d.topic in ("business", "markets", "technology"), 0.0, (0.0, 0.1, 0.3, 0.5)),
    Change("articles for a review", lambda d: (d.review or 0.0) >= POSITIVE, 0.3, (0.3, 0.4, 0.5, 0.6)),
)


def profiles(model: Path) -> list[tuple[Document, Reference]]:
    """A reference of each whole article alone."""
    documents = [(document, as_article(document)) for document in read_starter()]
    whole = [(document, article) for document, article in documents if article.headline and article.body]
    found = []
    records = Scorer(read_bundle(model), threads=1).score(article for _, article in whole)
    for (document, article), scored in zip(whole, records, strict=True):
        profile = Profile()
        profile.add(article, scored)
        found.append((document, profile.reference()))
    return found


def _sum(references: Iterable[Reference]) -> Reference:
    return reduce(combined, references, Reference())


def shares_found(draw: Callable[[], Pair], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """By quantity: the share of pairs in which it has drifted, and its mean figure over that by chance."""
    drifted: Counter[str] = Counter()
    ratios: dict[str, float] = defaultdict(float)
    for _ in range(rounds):
        now, before = draw()
        found = compare(_sum(now), _sum(before), against="")
        drifted[ANY] += bool(found.drifted())
        for shift in found.shifts:
            drifted[shift.title()] += shift.drifted
            ratios[shift.title()] += (shift.psi or 0.0) / (shift.by_chance or 1.0)
    return ({name: n / rounds for name, n in drifted.items()}, {name: r / rounds for name, r in ratios.items()})


def measure(change: Change, articles: Sequence[tuple[Document, Reference]], rounds: int) -> Results:
    """For each share of the batch and each quantity: how often it has drifted, and its figure over that by chance."""
    usual = [reference for document, reference in articles if not change.is_other(document)]
    other = [reference for document, reference in articles if change.is_other(document)]
    source = random.Random(0)  # noqa: S311 - sets of articles, not secrets
    rows: dict[str, list[tuple[float, float | None]]] = defaultdict(list)
    for share in change.shares:
        before, now = round(change.base * REFERENCE), round(share * BATCH)

        def drawn(before: int = before, now: int = now) -> Pair:
            source.shuffle(usual)
            source.shuffle(other)
            reference = [*usual[: REFERENCE - before], *other[:before]]
            return [*usual[-(BATCH - now) :], *other[len(other) - now :]], reference

        found, ratios = shares_found(drawn, rounds)
        for name in (*ratios, ANY):
            rows[name].append((found[name], ratios.get(name)))
    about = (
        f"{change.name}: {change.base:.0%} of the reference; {len(usual)} usual articles, {len(other)} of these; "
        f"{rounds} pairs of {BATCH} and {REFERENCE}"
    )
    return {"about": about, "shares": change.shares, "rows": rows}


def draw(results: Results) -> str:
    """A table per change: a pair of columns for each share of the batch."""
    return f"{results['about']}\n\n" + "\n\n".join(_table(change) for change in results["changes"])


def _table(change: Results) -> str:
    columns = [head for share in change["shares"] for head in (f"drifted at {share:.0%}", "figure / chance")]
    rows = (
        [name, *(cell for drifted, ratio in cells for cell in (f"{drifted:.1%}", "" if ratio is None else f"{ratio:.2f}"))]
        for name, cells in change["rows"].items()
    )
    return f"{change['about']}\n\n{table(['quantity', *columns], rows)}"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift")
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    articles = profiles(options.model)
    about = f"Bundle {options.model.resolve().name}, f32, {datetime.now(UTC):%Y-%m-%d}."
    results = {"about": about, "changes": [measure(change, articles, options.rounds) for change in CHANGES]}
    record(Path(__file__).parent, results, draw)
    print(draw(results))


if __name__ == "__main__":
    main()
