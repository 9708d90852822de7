"""How often drift is found: between sets of one source, where it should not be, and as other subjects come in.

`python -m benchmarks.drift --record` scores the starter corpus' articles once and draws sets of
them; the table goes to results.json and README.md.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from benchmarks.report import Results, record, table
from presscheck.data.starter import read_starter
from presscheck.serve.batch.drift import compare
from presscheck.serve.bundle import read_bundle
from presscheck.serve.embedding import word_vectors
from presscheck.serve.labelled import as_article
from presscheck.serve.profile import Profile, opening_words
from presscheck.serve.reference import Reference, combined
from presscheck.serve.scorer import Scorer

OTHER = ("business", "markets", "technology")
REFERENCE, BATCH = 130, 100
SHARES = (0.0, 0.1, 0.3, 0.5)
Pair = tuple[Sequence[Reference], Sequence[Reference]]


def profiles(model: Path) -> dict[bool, list[Reference]]:
    """A reference of each whole article alone, by whether its subject is one of OTHER."""
    vectors = word_vectors(model)
    documents = [(document, as_article(document)) for document in read_starter()]
    whole = [(document, article) for document, article in documents if article.headline and article.body]
    found: dict[bool, list[Reference]] = {True: [], False: []}
    records = Scorer(read_bundle(model), threads=1).score(article for _, article in whole)
    for (document, article), scored in zip(whole, records, strict=True):
        profile = Profile(vectors)
        profile.add(article, scored, opening_words(article))
        found[document.topic in OTHER].append(profile.reference())
    return found


def _sum(references: Iterable[Reference]) -> Reference:
    return reduce(combined, references, Reference())


def shares_found(draw: Callable[[], Pair], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """By quantity: the share of pairs in which it has drifted, and its mean figure over that by chance."""
    drifted: Counter[str] = Counter()
    ratios: dict[str, float] = defaultdict(float)
    for _ in range(rounds):
        now, before = draw()
        for shift in compare(_sum(now), _sum(before), against="").shifts:
            drifted[shift.title()] += shift.drifted
            ratios[shift.title()] += (shift.psi or 0.0) / (shift.by_chance or 1.0)
    return ({name: n / rounds for name, n in drifted.items()}, {name: r / rounds for name, r in ratios.items()})


def measure(model: Path, rounds: int) -> Results:
    """By quantity, for each share of other subjects in the batch: how often it drifted, and its figure over that by chance."""
    by_subject = profiles(model)
    usual, other = by_subject[False], by_subject[True]
    source = random.Random(0)  # noqa: S311 - sets of articles, not secrets
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for share in SHARES:
        count = round(share * BATCH)

        def drawn(count: int = count) -> Pair:
            source.shuffle(usual)
            before, rest = usual[:REFERENCE], usual[REFERENCE : REFERENCE + BATCH - count]
            return [*rest, *source.sample(other, count)], before

        found, ratios = shares_found(drawn, rounds)
        for name in found:
            rows[name].append([found[name], ratios[name]])
    about = (
        f"{len(usual)} usual articles, {len(other)} on {', '.join(OTHER)}; {rounds} pairs of {BATCH} and {REFERENCE}. "
        f"Bundle {model.resolve().name}, {datetime.now(UTC):%Y-%m-%d}."
    )
    return {"about": about, "shares": SHARES, "rows": rows}


def draw(results: Results) -> str:
    """The table: a pair of columns for each share of other subjects in the batch."""
    heads = ["quantity", *(head for share in results["shares"] for head in (f"drifted at {share:.0%}", "figure / chance"))]
    rows = (
        [name, *(cell for drifted, ratio in cells for cell in (f"{drifted:.1%}", f"{ratio:.2f}"))]
        for name, cells in results["rows"].items()
    )
    return f"{results['about']}\n\n{table(heads, rows)}"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    results = measure(options.model, options.rounds)
    print(draw(results))
    if options.record:
        record(Path(__file__).parent, results, draw)


if __name__ == "__main__":
    main()
