"""How fast articles become records, beside what a user would pick instead.

    python -m benchmarks.speed BUNDLE [--rounds 5] [--threads 2] [--student BUNDLE]
    python -m benchmarks.speed BUNDLE --memory [--count 100000]     the memory alone
    python -m benchmarks.speed BUNDLE --profile                     where the model's time goes

Prints tables; --record also writes them to results.json and README.md.

All systems take turns within a round; medians with the extremes. Run it on a quiet machine, or, on a busy one, with --threads 1
--clock cpu: processor seconds of the whole process, which is what one core alone would take.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from benchmarks.machine import LAYER_PARAMETERS, describe, matrix_peak
from benchmarks.report import record, results_of, spread, table
from benchmarks.speed import ours
from benchmarks.speed.material import as_articles, headlines, long_articles
from benchmarks.speed.profile import profile
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.runtime import TOKENS_PER_BATCH
from presscheck.serve.scorer import Scorer

FOLDER = Path(__file__).parent
_LABEL_MODELS = 4  # sensational, loaded, claim, attributed: one model each is the obvious way
ARTICLES = 160  # more than a window of the scorer, so that its stages overlap as they do in use
HEADLINES = 8192  # the same; the texts come again
_SLOW = 100  # texts for systems that would take minutes with all


_CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}


def _rates(runs: Mapping[str, tuple[int, Callable[[], object]]], *, rounds: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    """Items per second by name, in every round after one to warm up."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, (count, run) in runs.items():
            start = clock()
            run()
            if number:
                found[name].append(count / (clock() - start))
    return found


def _headline_table(bundle: Bundle, scorers: Mapping[str, Scorer], rates_of: Callable[..., dict[str, list[float]]]) -> dict[str, Any]:
    from benchmarks.speed.peers import Peers  # needs the extra `bench`; memory and profile do not

    test = headlines("test")
    peers = Peers(bundle).systems()
    articles = as_articles(test.texts, HEADLINES)
    runs: dict[str, tuple[int, Callable[[], object]]] = {}
    for name, system in peers.items():
        count = _SLOW if "one by one" in name else len(test.texts)
        runs[name] = (count, partial(system, test.texts[:count]))
    for name, scorer in scorers.items():
        runs[name] = (len(articles), partial(ours.scores, scorer, articles))
    rates = rates_of(runs)
    scored = {name: system(test.texts) for name, system in peers.items()}
    scored |= {name: ours.scores(s, as_articles(test.texts, len(test.texts))) for name, s in scorers.items()}
    reference = scored["presscheck f32"] >= _threshold(bundle)
    return {
        name: {
            "rates": rates[name],
            "auc": float(roc_auc_score(test.is_sensational_N, scored[name])),
            "flips": float(np.mean((scored[name] >= _threshold(bundle)) != reference)) if "presscheck" in name else None,
        }
        for name in runs
    }


def _threshold(bundle: Bundle) -> float:
    return bundle.manifest.policies[bundle.manifest.default_policy].thresholds["sensational"].threshold


def _article_table(bundle: Bundle, scorers: Mapping[str, Scorer], rates_of: Callable[..., dict[str, list[float]]]) -> dict[str, Any]:
    from benchmarks.speed.peers import Peers

    articles = long_articles(ARTICLES)
    peers = Peers(bundle)
    sentences = [s.text for record in scorers["presscheck f32"].score(articles[:2]) for s in record.segments]
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        name: (len(articles), partial(ours.records, s, articles)) for name, s in scorers.items()
    }
    runs["a pipeline call per sentence and label"] = (2, lambda: peers.sentence_by_sentence(sentences, models=_LABEL_MODELS))
    return {name: {"rates": rates} for name, rates in rates_of(runs).items()}


def _stage_table(bundle: Bundle, peaks: Mapping[Precision, float], clock: Callable[[], float]) -> dict[str, Any]:
    """The three stages on one thread each, one after the other; the model's share of the matrix peak of as many threads."""
    articles = long_articles(ARTICLES)
    layers = json.loads((bundle.path / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"]
    found: dict[str, Any] = {}
    for precision in bundle.manifest.calibration:
        scorer = Scorer(bundle, precision=precision, threads=torch.get_num_threads())
        rows = [ours.stages(scorer, articles, clock) for _ in range(4)][1:]
        best = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
        operations = 2 * layers * LAYER_PARAMETERS * best["tokens"] / best["model"]
        found[precision] = {**best, "share_of_peak": operations / peaks[precision]}
    return found


def _measured(folder: Path, student: Path | None, *, rounds: int, threads: int, clock: str) -> dict[str, Any]:
    torch.set_num_threads(threads)
    bundle = read_bundle(folder)
    test = headlines("test").texts
    scorers = {p: Scorer(bundle, precision=p, threads=threads) for p in bundle.manifest.calibration}
    students = {p: Scorer(read_bundle(student), precision=p, threads=threads) for p in scorers} if student else {}
    peaks = {precision: matrix_peak(precision, _CLOCKS[clock]) for precision in scorers}
    starts: dict[str, list[float]] = {p: [] for p in scorers}
    for _ in range(rounds):
        for precision in scorers:
            starts[precision].append(ours.cold_start(bundle, precision, of_children=clock == "cpu"))
    rates_of = partial(_rates, rounds=rounds, clock=_CLOCKS[clock])
    named = {f"presscheck {p}": s for p, s in scorers.items()}
    named |= {f"presscheck {p}, student": s for p, s in students.items()}
    return {
        "bundle": bundle.manifest.version,
        "machine": describe(),
        "rounds": rounds,
        "peaks": peaks,
        "clock": clock,
        "headlines": _headline_table(bundle, named, rates_of),
        "articles": _article_table(bundle, named, rates_of),
        "stages": _stage_table(bundle, peaks, _CLOCKS[clock]),
        # a person's wait, which processor seconds do not tell
        "single": {p: ours.latencies(s, as_articles(test, 300)) for p, s in scorers.items() if clock == "wall"},
        "cold_start": starts,
    }


def _resident(folder: Path, count: int) -> dict[str, Any]:
    bundle = read_bundle(folder)
    texts = headlines("test").texts
    resident = {p: ours.memory(bundle, p, count=count, texts=texts) for p in bundle.manifest.calibration}
    return {"count": count, "resident": resident}


def _headline_rows(found: Mapping[str, Any]) -> Iterator[list[str]]:
    slow = statistics.median(found["transformers pipeline, batches of 32"]["rates"])
    for name, row in found.items():
        flips = "" if row["flips"] is None else f"{row['flips']:.2%}"
        yield [name, spread(row["rates"], ",.0f"), f"{statistics.median(row['rates']) / slow:.1f}", f"{row['auc']:.4f}", flips]


def _stage_rows(found: Mapping[str, Any]) -> Iterator[list[str]]:
    for precision, row in found.items():
        outside = row["cut and tokenise"] + row["records"]
        seconds = [f"{row[name]:.2f}" for name in ("cut and tokenise", "model", "records")]
        yield [precision, *seconds, f"{outside / (outside + row['model']):.0%}", f"{row['share_of_peak']:.0%}"]


def _process_rows(found: Mapping[str, Any]) -> Iterator[list[str]]:
    for precision, starts in found["cold_start"].items():
        alone = (f"{value:.1f}" for value in found["single"].get(precision, ()))
        yield [precision, *(alone if found["single"] else ("", "")), spread(starts, ".2f")]


def _memory_page(found: Mapping[str, Any]) -> Iterator[str]:
    rows = ([p, *(f"{value:.0f}" for value in row.values())] for p, row in found["resident"].items())
    heads = [f"{found['count']:,} headlines, MB", f"after {ours.SAMPLED:,}", "after the last", "at most", "giants, at most"]
    yield "## Memory"
    yield table(heads, rows)


def _profile_page(found: Mapping[str, Any]) -> Iterator[str]:
    kinds = list(dict.fromkeys(kind for widths in found.values() for row in widths.values() for kind in row))
    rows = (
        [precision, width, f"{sum(row.values()):.1f}", *(f"{row.get(kind, 0):.1f}" for kind in kinds)]
        for precision, widths in found.items()
        for width, row in widths.items()
    )
    yield "## Where the model's time goes"
    yield table(["", "tokens a passage", f"{TOKENS_PER_BATCH} tokens on a core, ms", *kinds], rows)


def _measured_page(threads: str, found: Mapping[str, Any]) -> Iterator[str]:
    peaks = ", ".join(f"{name} {peak / 1e12:.2f}" for name, peak in found["peaks"].items())
    clock = " Per processor second, beside other work on the machine." if found["clock"] == "cpu" else ""
    yield f"## {threads}"
    yield (
        f"{found['machine']}. Bundle {found['bundle']}, {found['rounds']} rounds in turn. "
        f"Matrix peak in 10^12 operations/s: {peaks}.{clock}"
    )
    heads = ["headlines", "per second, median (extremes)", "x pipeline of 32", "ROC AUC", "flags unlike f32"]
    yield table(heads, _headline_rows(found["headlines"]))
    articles = ([name, spread(row["rates"])] for name, row in found["articles"].items())
    yield table(["articles of 500 words, text to record", "per second, median (extremes)"], articles)
    stages = ("cut and tokenise", "model", "records", "outside the model", "model's share of the peak")
    yield table([f"{ARTICLES} articles, s", *stages], _stage_rows(found["stages"]))
    yield table(["", "one headline, ms", "p99", "cold start, s"], _process_rows(found))


def draw(results: Mapping[str, Any]) -> str:
    """The tables."""
    lines: list[str] = []
    for name, found in results.items():
        drawn = {"memory": _memory_page, "profile": _profile_page}.get(name)
        lines += drawn(found) if drawn else _measured_page(name, found)
    return "\n\n".join(lines)


def main() -> None:
    """Measures and records, or streams."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--student", type=Path)
    parser.add_argument("--clock", choices=sorted(_CLOCKS), default="wall")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    if arguments.memory:
        name, found = "memory", _resident(arguments.bundle, arguments.count)
    elif arguments.profile:
        name, found = "profile", profile(read_bundle(arguments.bundle))
    else:
        name = f"{arguments.threads} threads"
        found = _measured(arguments.bundle, arguments.student, rounds=arguments.rounds, threads=arguments.threads, clock=arguments.clock)
    print(draw({name: found}))
    if arguments.record:
        record(FOLDER, {**results_of(FOLDER), name: found}, draw)


if __name__ == "__main__":
    main()
