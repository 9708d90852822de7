"""What the flags and the risk do on real news, by register.

    python -m benchmarks.registers BUNDLE --corpora DIR

Writes results.json beside this file and draws its tables into README.md and docs/evaluation.md. DIR holds one folder per corpus. Nothing
is fitted or chosen here. At most --articles of each register are scored, the same ones each time.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score
from tqdm.auto import tqdm

from benchmarks.registers.citation import measure_citations
from benchmarks.registers.material import PAPERS, Register, registers
from benchmarks.report import Results, record, table
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.files import read_text
from presscheck.data.intervals import wilson
from presscheck.serve.bundle import read_bundle
from presscheck.serve.process import prepare_to_score
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs" / "evaluation.md"
RESAMPLES = 1000
Array = NDArray[np.float64]


def _share_of_sentences(records: Sequence[Record]) -> tuple[int, Estimate]:
    """How many sentences were judged, and the share that is flagged, with an interval over articles."""
    counts_N2 = np.array([_flags(record) for record in records], dtype=float)

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        flagged, judged = counts_N2[index].sum(axis=0)
        return {"share": flagged / judged if judged else None}

    found = bootstrap(statistic, [str(n) for n in range(len(records))], resamples=RESAMPLES)
    return int(counts_N2[:, 1].sum()), found["share"]


def _flags(record: Record) -> tuple[int, int]:
    judged = [segment.flagged for segment in record.segments if segment.flagged is not None]
    return sum(judged), len(judged)


def row_of(name: str, available: int, records: Sequence[Record]) -> dict[str, Any]:
    """Shares of flags and bands among the records of one register; what could not be judged is not counted."""
    headlines = [r.headline.flagged for r in records if r.headline and r.headline.flagged is not None]
    levels = [r.risk.level for r in records if r.risk.level is not None]
    sentences, flagged = _share_of_sentences(records)
    return {
        "register": name,
        "articles": len(records),
        "available": available,
        "sentences": sentences,
        "sentences flagged": asdict(flagged),
        "headlines": len(headlines),
        "headlines flagged": asdict(wilson(sum(headlines), len(headlines))),
        "levels": len(levels),
        "elevated or high": asdict(wilson(sum(level != "low" for level in levels), len(levels))),
        "high": asdict(wilson(sum(level == "high" for level in levels), len(levels))),
    }


def table_of(found: Mapping[str, tuple[Register, list[Record]]]) -> list[dict[str, Any]]:
    """A row per register; the four papers that gates and targets look at stand together as well."""
    rows = [row_of(register.name, register.available, records) for register, records in found.values()]
    papers = [found[f"polnear/{name}"] for name in PAPERS]
    together = [record for _, records in papers for record in records]
    name = "Four papers together: New York Times, Washington Post, Politico, USA Today"
    return [row_of(name, sum(r.available for r, _ in papers), together), *rows]


def spans_per_100_words(corpora: Path, identifiers: Sequence[str]) -> list[float]:
    """Spans of propaganda techniques in 100 words of each article, its title included."""
    rows = read_text(corpora / "ptc" / "train-task2-TC.labels").splitlines()
    articles = [row.split("\t")[0] for row in rows]
    texts = {name: read_text(corpora / "ptc" / "train-articles" / f"{name}.txt") for name in identifiers}
    return [100 * articles.count(name.removeprefix("article")) / len(text.split()) for name, text in texts.items()]


def _risks(records: Sequence[Record]) -> tuple[list[str], Array]:
    known = [(record.id, record.risk.p) for record in records if record.risk.p is not None]
    return [name for name, _ in known], np.array([p for _, p in known])


def _estimate(name: str, x_N: Array, y_N: Array) -> dict[str, Any]:
    """Spearman's rank correlation, or the ROC AUC where y is yes or no, with an interval over articles."""

    def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
        x, y = x_N[index], y_N[index]
        if len(np.unique(y)) < 2 or len(np.unique(x)) < 2:
            return {"value": None}
        return {"value": float(roc_auc_score(y, x) if name == "auc" else spearmanr(x, y).statistic)}

    found = bootstrap(statistic, [str(n) for n in range(len(x_N))], resamples=RESAMPLES)["value"]
    return {"n": len(x_N), **asdict(found)}


def risk_figures(found: Mapping[str, tuple[Register, list[Record]]], corpora: Path) -> dict[str, Any]:
    """The risk against what people marked in PTC and against which celebrity stories were refuted."""
    names, risks_N = _risks(found["ptc"][1])
    spans_N = np.array(spans_per_100_words(corpora, names))
    (_, legit_N), (_, fake_N) = (_risks(found[f"perez-rosas/{kind}"][1]) for kind in ("legit", "fake"))
    is_fake_N = np.repeat([0.0, 1.0], [len(legit_N), len(fake_N)])
    return {
        "spearman with spans": _estimate("spearman", risks_N, spans_N),
        "auc on rumours": _estimate("auc", np.concatenate([legit_N, fake_N]), is_fake_N),
    }


def _cell(found: Mapping[str, float | None], *, as_share: bool = True) -> str:
    value, lower, upper = (found[name] for name in ("value", "lower", "upper"))
    if value is None:
        return "–"
    by, form = (100, ".0f") if as_share else (1, ".2f")
    interval = "" if lower is None or upper is None else f" [{by * lower:{form}}, {by * upper:{form}}]"
    return f"{by * value:{form}}{' %' if as_share else ''}{interval}"


def registers_table(results: Mapping[str, Any]) -> str:
    """Flags and bands by register, and the risk against other people's labels, as Markdown."""
    rows = []
    for row in results["registers"]:
        of = f" of {row['available']:,}" if row["available"] > row["articles"] else ""
        shares = (_cell(row[n]) for n in ("sentences flagged", "headlines flagged", "elevated or high", "high"))
        rows.append((row["register"], f"{row['articles']}{of}", f"{row['sentences']:,}", *shares))
    heads = ("register", "articles", "sentences", "flagged", "headlines flagged", "`elevated` or `high`", "`high`")
    spans, rumours = results["risk"]["spearman with spans"], results["risk"]["auc on rumours"]
    return (
        f"Model {results['model']}, policy {results['policy']}, {results['precision']}:\n\n{table(heads, rows)}\n\n"
        f"The risk against labels of other people: Spearman's correlation with PTC's spans of propaganda techniques per 100 words "
        f"{_cell(spans, as_share=False)} ({spans['n']} articles); ROC AUC for refuted against sound celebrity stories "
        f"{_cell(rumours, as_share=False)} ({rumours['n']} articles)."
    )


def citations_table(results: Mapping[str, Any]) -> str:
    """needs_source against citations, as Markdown."""
    heads = ("passages of English Wikipedia", "n", "cited", "ROC AUC of needs_source", "of the number of words alone")
    rows = (
        (row["part"], row["n"], row["cited"], *(_cell(row[name], as_share=False) for name in ("needs_source", "words")))
        for row in results["citations"]
    )
    return f"Model {results['model']}:\n\n{table(heads, rows)}"


def draw(results: Results) -> str:
    """The table of this folder's page."""
    return citations_table(results)


def draw_into_docs(results: Results) -> None:
    """Puts the table of registers between the two marks of docs/evaluation.md."""
    text = DOCS.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- drawn by benchmarks\.registers -->\n).*?(<!-- end -->)", re.S)
    drawn, count = pattern.subn(lambda m: f"{m[1]}{registers_table(results)}\n{m[2]}", text)
    assert count == 1, f"{DOCS} has no place for the table"
    DOCS.write_text(drawn, encoding="utf-8")


def measure(scorer: Scorer, corpora: Path, *, count: int, held_out: bool) -> dict[str, Any]:
    """Everything that the tables show; every article is scored once. See `measure_citations` for `held_out`."""
    found = {
        one.key: (one, list(scorer.score(one.articles))) for one in tqdm(registers(corpora, count=count), desc="registers", disable=None)
    }
    return {
        "model": scorer.info.version,
        "policy": scorer.info.policy,
        "precision": scorer.info.precision,
        "registers": table_of(found),
        "risk": risk_figures(found, corpora),
        "citations": measure_citations(scorer, corpora, count=10 * count, held_out=held_out),
    }


def main() -> None:
    """Measures a bundle and draws its tables."""
    prepare_to_score()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=60, help="at most so many of each register (default: 60)")
    parser.add_argument("--precision", choices=("f32", "bf16", "int8"), help="default: the bundle's own")
    arguments = parser.parse_args()
    bundle = read_bundle(arguments.bundle)
    scorer = Scorer(bundle, precision=arguments.precision)
    held_out = "citation-needed" in bundle.manifest.data.get("sources", {})
    results = measure(scorer, arguments.corpora, count=arguments.articles, held_out=held_out)
    record(HERE, results, draw)
    draw_into_docs(results)
    print(f"{registers_table(results)}\n\n{citations_table(results)}")


if __name__ == "__main__":
    main()
