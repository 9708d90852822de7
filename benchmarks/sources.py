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


def names_of(folder: Path, part: str, genre: str) -> list[str]:
    """Articles of a part of the official split, from `splits.md`."""
    text = (folder / "splits.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {part}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return re.findall(rf"GUM_{genre}_\w+", section[1]) if section else []


def segment_of(record: Record, sentence: Attributed) -> ScoredSegment | None:
    """The segment that shares most with a sentence."""
    shared = [(min(s.end, sentence.end) - max(s.start, sentence.start), s) for s in record.segments]
    best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def measure(told: Sequence[Told], records: Iterable[Record], *, show: bool) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for article, record in zip(told, records, strict=True):
        counts["unknown", "all"] += article.unknown
        for sentence in article.sentences:
            segment = segment_of(record, sentence)
            source = segment.source if segment else None
            right = source is not None and sentence.is_right(source.start, source.end)
            kinds = [sentence.place]
            if sentence.place != "here":
                kinds.append("not here")
            if sentence.is_quotation and sentence.place == "elsewhere":
                kinds.append("quotation alone")
                counts["verdict", segment.verdict if segment else "no segment"] += 1
            for kind in kinds:
                counts[kind, "all"] += 1
                counts[kind, "right"] += right
                counts[kind, "none"] += source is None
            if show and not right:
                text = " ".join(article.body[sentence.start : sentence.end].split())
                given = f"{source.text!r}{'*' if source.carried_over else ''}" if source else "-"
                print(
                    f"{article.id} {sentence.start} {sentence.place} [{segment and segment.verdict} {segment and segment.attributed}] given {given}\n    {text}"
                )
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--gum", type=Path)
    parser.add_argument("--polnear", type=Path)
    parser.add_argument("--genre", default="news")
    parser.add_argument("--part", nargs="+", default=["train", "dev"])
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    told: list[Told] = []
    for part in arguments.part:
        if arguments.gum:
            told += read_gum(arguments.gum, names_of(arguments.gum, part, arguments.genre))
        if arguments.polnear:
            told += read_polnear(arguments.polnear, part)
    scorer = Scorer(read_bundle(arguments.bundle), threads=1)
    records = scorer.score(Article(id=t.id, headline=None, body=t.body) for t in told)
    counts = measure(told, records, show=arguments.show)
    for kind in ("here", "pronoun", "elsewhere", "not here", "quotation alone"):
        all_, right, none = (counts[kind, name] for name in ("all", "right", "none"))
        print(f"{kind:16} {right:4} of {all_:4} {right / max(all_, 1):.1%}  none {none}")
    print({k[1]: n for k, n in counts.items() if k[0] in ("verdict",)}, "unknown", counts["unknown", "all"])


if __name__ == "__main__":
    main()
