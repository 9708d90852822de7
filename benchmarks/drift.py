"""How often drift is found: between sets of one source, where it should not be, and as other subjects come in.

`python -m benchmarks.drift` scores the starter corpus' articles once and draws sets of them.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from pathlib import Path

from presscheck.data.starter import read_starter
from presscheck.serve.batch.summary.drift import compare
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
    for (document, article), record in zip(whole, records, strict=True):
        profile = Profile(vectors)
        profile.add(article, record, opening_words(article))
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


def measure(model: Path, rounds: int) -> None:
    """Prints the table: a column for each share of other subjects in the batch."""
    by_subject = profiles(model)
    usual, other = by_subject[False], by_subject[True]
    source = random.Random(0)  # noqa: S311 - sets of articles, not secrets
    columns = []
    for share in SHARES:
        count = round(share * BATCH)

        def draw(count: int = count) -> Pair:
            source.shuffle(usual)
            before, rest = usual[:REFERENCE], usual[REFERENCE : REFERENCE + BATCH - count]
            return [*rest, *source.sample(other, count)], before

        columns.append(shares_found(draw, rounds))
    print(
        f"{len(usual)} usual articles, {len(other)} on {', '.join(OTHER)}; {rounds} pairs of {BATCH} and {REFERENCE}\n"
    )
    print("| quantity | " + " | ".join(f"drifted at {share:.0%} | figure / chance" for share in SHARES) + " |")
    print("|---|" + "---:|---:|" * len(SHARES))
    for name in columns[0][0]:
        cells = " | ".join(f"{found[name]:.1%} | {ratio[name]:.2f}" for found, ratio in columns)
        print(f"| {name} | {cells} |")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift")
    parser.add_argument("--model", type=Path, default=Path("models/candidate"))
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    measure(options.model, options.rounds)


if __name__ == "__main__":
    main()
