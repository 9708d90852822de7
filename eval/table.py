"""Prints the report as a table."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from presscheck.data.bootstrap import Estimate
from presscheck.eval.faithfulness import Faithfulness
from presscheck.eval.gold.measure import GoldReport
from presscheck.eval.metrics import METRICS, NAMES
from presscheck.eval.report import Report

_SHOWN = tuple(metric for metric in METRICS if metric != "brier")  # shown on the page


def _cell(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    interval = "" if estimate.lower is None or estimate.upper is None else f" [{estimate.lower:.2f}, {estimate.upper:.2f}]"
    return f"{estimate.value:.3f}{interval}"


def print_table(report: Report) -> None:
    """Prints every output with its baselines; thresholded metrics are at 0.5."""
    console = Console(width=None if Console().is_terminal else 190, highlight=False)
    if report.gold is not None:
        console.print(_gold_table(report.gold))
    table = Table(
        title=f"{report.bundle} on its {report.split} split (thresholds at 0.5, 95 % bootstrap intervals)",
        title_justify="left",
    )
    for name in ("output", "system", "n", "positive", *(NAMES.get(m, m) for m in _SHOWN)):
        table.add_column(name, justify="left" if name in ("output", "system") else "right")
    for row in report.rows:
        cells = (_cell(row.metrics[m]) for m in _SHOWN)
        table.add_row(row.output, row.system, str(row.n), str(row.positives), *cells, end_section=row.system == "tfidf")
    console.print(table)
    rules = Table(title="Rules against their annotations (share of agreement)", title_justify="left")
    rules.add_column("rule")
    rules.add_column("share", justify="right")
    for name, found in report.rules.items():
        rules.add_row(name, _cell(found))
    console.print(rules)
    if report.faithfulness:
        console.print(_faithfulness_table(report.faithfulness))


def _faithfulness_table(found: Sequence[Faithfulness]) -> Table:
    table = Table(
        title="Marked words of test headlines: fall of P(sensational) without them, and with them alone",
        title_justify="left",
    )
    for name in ("headlines", "n", *found[0].figures):
        table.add_column(name, justify="left" if name == "headlines" else "right")
    for one in found:
        table.add_row(one.headlines, str(one.n), *map(_cell, one.figures.values()))
    return table


def _gold_table(gold: GoldReport) -> Table:
    table = Table(
        title=f"Real news: {gold.folder} ({gold.headlines} headlines, {gold.articles} articles; default policy, "
        "95 % bootstrap intervals over articles)",
        title_justify="left",
    )
    columns = ("precision", "recall", "flagged", "auc")
    for name in ("figure", "n", "positive", *(NAMES.get("roc_auc", n) if n == "auc" else n for n in columns)):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for figure in gold.figures:
        cells = (_cell(figure.values[name]) if name in figure.values else "" for name in columns)
        table.add_row(figure.name, str(figure.n), str(figure.positive), *cells)
    return table
