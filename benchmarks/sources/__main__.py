"""Whether the record names the right source: `python -m benchmarks.sources BUNDLE --gum DIR [--polnear DIR] [--part dev]`."""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.report import Results, record, results_of, table
from benchmarks.sources.attributed import Attributed, Told
from benchmarks.sources.gum import read_gum
from benchmarks.sources.polnear import read_polnear
from presscheck.data.article import Article
from presscheck.data.corpora.gum import official_splits
from presscheck.data.schema import SPLITS
from presscheck.serve.bundle import read_bundle
from presscheck.serve.record import Record, ScoredSegment
from presscheck.serve.scorer import Scorer

HERE = Path(__file__).parent
KINDS = ("here", "pronoun", "elsewhere", "not here", "quotation alone")


def segment_of(record: Record, sentence: Attributed) -> ScoredSegment | None:
    """The segment that shares most with a sentence."""
    shared = [(min(s.end, sentence.end) - max(s.start, sentence.start), s) for s in record.segments]
    best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def measure(told: Sequence[Told], records: Iterable[Record], *, show: bool) -> Counter[tuple[str, str]]:
    """Counts by place of the speaker, and the verdicts of quotations that stand alone; `show` prints what is not right."""
    counts: Counter[tuple[str, str]] = Counter()
    for article, scored in zip(told, records, strict=True):
        counts["left out", "all"] += article.unknown
        for sentence in article.sentences:
            segment = segment_of(scored, sentence)
            source = segment.source if segment else None
            is_right = source is not None and sentence.is_right(source.start, source.end)
            kinds: list[str] = [sentence.place]
            if sentence.place != "here":
                kinds.append("not here")
            if sentence.is_quotation and sentence.place == "elsewhere":
                kinds.append("quotation alone")
                counts["verdict", str(segment and segment.verdict)] += 1
            for kind in kinds:
                counts[kind, "all"] += 1
                counts[kind, "right"] += is_right
                counts[kind, "none"] += source is None
            if show and not is_right:
                given = f"{source.text!r}{' carried over' if source.carried_over else ''}" if source else "none"
                verdict = f"{segment.verdict} {segment.attributed}" if segment else "no segment"
                print(f"{article.id} {sentence.start} {sentence.place} [{verdict}] given {given}")
                print("    " + " ".join(article.body[sentence.start : sentence.end].split()))
    return counts


def draw(results: Results) -> str:
    """The table: a row for each corpus, part and place of the speaker."""
    rows = [
        [corpus, kind, counts["sentences"], f"{counts['right'] / max(counts['sentences'], 1):.1%}", counts["no source"]]
        for corpus, kinds in results.items()
        for kind, counts in kinds.items()
    ]
    return table(["corpus and part", "speaker", "sentences", "right", "no source given"], rows)


def main() -> None:
    """Measures one corpus and prints its part of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    corpus = parser.add_mutually_exclusive_group(required=True)
    corpus.add_argument("--gum", type=Path, help="folder of GUM's dep/, rst/ and splits.md")
    corpus.add_argument("--polnear", type=Path, help="folder of PolNeAR")
    parser.add_argument("--part", nargs="+", choices=SPLITS, default=["train", "dev"], help="of the official split")
    parser.add_argument("--show", action="store_true", help="print every sentence whose source is not right")
    parser.add_argument("--record", action="store_true", help="keep the figures in results.json and in README.md")
    arguments = parser.parse_args()
    told: list[Told] = []
    for part in arguments.part:
        if arguments.gum:
            told += read_gum(arguments.gum, [name for name in official_splits(arguments.gum)[part] if name.startswith("GUM_news_")])
        if arguments.polnear:
            told += read_polnear(arguments.polnear, part)
    scorer = Scorer(read_bundle(arguments.bundle), threads=1)
    records = scorer.score(Article(id=article.id, headline=None, body=article.body) for article in told)
    counts = measure(told, records, show=arguments.show)
    name = f"{'GUM' if arguments.gum else 'PolNeAR'}, {' and '.join(arguments.part)}"
    found = {kind: {"sentences": counts[kind, "all"], "right": counts[kind, "right"], "no source": counts[kind, "none"]} for kind in KINDS}
    print(draw({name: found}))
    verdicts = ", ".join(f"{name} {count}" for (kind, name), count in counts.items() if kind == "verdict")
    print(f"\nverdicts of quotations alone: {verdicts or 'none'}; left out: {counts['left out', 'all']}")
    if arguments.record:
        record(HERE, {**results_of(HERE), name: found}, draw)


if __name__ == "__main__":
    main()
