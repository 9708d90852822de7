"""Whether the record names the right source: `python -m benchmarks.sources BUNDLE --gum DIR [--polnear DIR] [--part dev]`."""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.attributed import Attributed, Told, read_gum, read_polnear
from presscheck.data.article import Article
from presscheck.serve.bundle import read_bundle
from presscheck.serve.record import Record, ScoredSegment
from presscheck.serve.scorer import Scorer

KINDS = ("here", "pronoun", "elsewhere", "not here", "quotation alone")


def names_of(folder: Path, part: str) -> list[str]:
    """News articles of a part of the official split, from `splits.md`."""
    text = (folder / "splits.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {part}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return re.findall(r"GUM_news_\w+", section[1]) if section else []


def segment_of(record: Record, sentence: Attributed) -> ScoredSegment | None:
    """The segment that shares most with a sentence."""
    shared = [(min(s.end, sentence.end) - max(s.start, sentence.start), s) for s in record.segments]
    best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def measure(told: Sequence[Told], records: Iterable[Record], *, show: bool) -> Counter[tuple[str, str]]:
    """Counts by place of the speaker, and the verdicts of quotations that stand alone; `show` prints what is not right."""
    counts: Counter[tuple[str, str]] = Counter()
    for article, record in zip(told, records, strict=True):
        counts["left out", "all"] += article.unknown
        for sentence in article.sentences:
            segment = segment_of(record, sentence)
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


def main() -> None:
    """Prints the table of one corpus and its parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--gum", type=Path, help="folder of GUM's dep/, rst/ and splits.md")
    parser.add_argument("--polnear", type=Path, help="folder of PolNeAR")
    parser.add_argument("--part", nargs="+", default=["train", "dev"], help="of the official split")
    parser.add_argument("--show", action="store_true", help="print every sentence whose source is not right")
    arguments = parser.parse_args()
    told: list[Told] = []
    for part in arguments.part:
        if arguments.gum:
            told += read_gum(arguments.gum, names_of(arguments.gum, part))
        if arguments.polnear:
            told += read_polnear(arguments.polnear, part)
    scorer = Scorer(read_bundle(arguments.bundle), threads=1)
    records = scorer.score(Article(id=article.id, headline=None, body=article.body) for article in told)
    counts = measure(told, records, show=arguments.show)
    print("| speaker | sentences | right | share | no source given |\n|---|---:|---:|---:|---:|")
    for kind in KINDS:
        total, right, none = (counts[kind, name] for name in ("all", "right", "none"))
        print(f"| {kind} | {total} | {right} | {right / max(total, 1):.1%} | {none} |")
    verdicts = ", ".join(f"{name} {count}" for (kind, name), count in counts.items() if kind == "verdict")
    print(f"\nverdicts of quotations alone: {verdicts or 'none'}; left out: {counts['left out', 'all']}")


if __name__ == "__main__":
    main()
