"""Figures in MLflow, one run per trained model, and the page that is drawn from them."""

import os
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mlflow

from benchmarks.quality.measure import Row
from benchmarks.quality.targets import TARGETS
from benchmarks.record import record, results_of
from presscheck.train.tracking import log_to_run

URI = os.environ.get("MLFLOW_TRACKING_URI") or "sqlite:///mlflow.db"
EXPERIMENT = "presscheck-quality"
RECORD = Path(__file__).parents[1] / "quality.json"
MARK = "<!-- drawn from MLflow runs by benchmarks.quality -->"
_SYSTEM, _RUN, _BUNDLE = "presscheck.quality.system", "presscheck.quality.run", "presscheck.bundle"
_PREFIX = "quality"
Results = dict[str, dict[str, dict[str, Any]]]


def log(rows: Sequence[Row], *, system: str, run: str, name: str, minutes: float | None = None) -> None:
    """Adds the figures to the MLflow run of that name: the training's, or a new one for what is not trained."""
    metrics = {
        f"{_PREFIX}/{row['target']}/{field}": value
        for row in rows
        for field, value in row.items()
        if isinstance(value, int | float)
    }
    if minutes is not None:
        metrics["minutes"] = minutes
    if not log_to_run(URI, EXPERIMENT, name, metrics, {}, tags={_SYSTEM: system, _RUN: run}):
        raise SystemExit("MLflow took no figures: see the warning above, and start again")


def results() -> Results:
    """System to run to its figures, of every finished run that was measured."""
    mlflow.set_tracking_uri(URI)
    found: Results = {}
    runs = mlflow.search_runs(
        experiment_names=[EXPERIMENT],
        filter_string=f"tags.`{_SYSTEM}` != ''",
        order_by=["attributes.start_time ASC"],
        output_format="list",
    )
    for run in runs:
        tags, metrics = run.data.tags, run.data.metrics
        rows: dict[str, Row] = {}
        for name, value in metrics.items():
            if name.startswith(f"{_PREFIX}/"):
                target, _, field = name.removeprefix(f"{_PREFIX}/").rpartition("/")
                rows.setdefault(target, {})[field] = value
        about = {"bundle": tags[_BUNDLE], "minutes": metrics.get("minutes"), "mlflow_run": run.info.run_id}
        found.setdefault(tags[_SYSTEM], {})[tags[_RUN]] = {**about, "rows": rows}
    return found


def restore() -> None:
    """Logs to MLflow what quality.json holds and the tracking store does not: a programme of many hours goes on on another machine."""
    known = results()
    for system, runs in results_of(RECORD).items():
        for run, about in runs.items():
            if run not in known.get(system, {}):
                rows = [{"target": target, **figures} for target, figures in about["rows"].items()]
                log(rows, system=system, run=run, name=about["bundle"], minutes=about["minutes"])


def _cell(runs: Mapping[str, Mapping[str, Any]], target: str) -> str:
    rows = [run["rows"][target] for run in runs.values() if target in run["rows"]]
    if not rows:
        return "–"
    interval = f"[{rows[0]['lower']:.3f}, {rows[0]['upper']:.3f}]" if "lower" in rows[0] else ""
    values = [row["value"] for row in rows]
    if len(values) == 1:
        return f"{values[0]:.3f} {interval}"
    return f"{statistics.fmean(values):.3f} ± {statistics.stdev(values):.3f} {interval}"


def _table(results: Results, systems: Sequence[str], *, with_aims: bool) -> list[str]:
    shown = [name for name in systems if name in results]
    if not shown:
        return ["Nothing measured yet."]
    heads = [f"{name} ({len(results[name])})" if len(results[name]) > 1 else name for name in shown]
    lines = [
        f"| target |{' aim |' if with_aims else ''} {' | '.join(heads)} |",
        "|" + "---|" * (1 + with_aims + len(shown)),
    ]
    for target in TARGETS:
        cells = [_cell(results[name], target.key) for name in shown]
        if set(cells) == {"–"}:
            continue
        aim = "report" if target.aim is None else f"{'≥' if target.higher else '≤'} {target.aim:g}"
        lines.append(f"| {target.key} |{f' {aim} |' if with_aims else ''} {' | '.join(cells)} |")
    return lines


def draw(found: Results, tables: Mapping[str, Sequence[str]], raters: Mapping[str, float]) -> None:
    """Writes quality.json and the tables of quality.md.

    Args:
        tables: title of a table to the systems that are its columns.
        raters: what people reach on Webis (`baselines.rater_figures`).
    """

    def page(known: Results) -> str:
        lines: list[str] = []
        for title, systems in tables.items():
            lines += [f"## {title}", "", *_table(known, systems, with_aims="on dev" not in title), ""]
        shown = ", ".join(f"{name} {value:.4f}" for name, value in raters.items())
        lines += ["## People", "", f"Webis, one rater against the mean of the other four, all texts: {shown}.", ""]
        lines += ["## Runs", ""]
        for name, runs in known.items():
            for run, about in runs.items():
                minutes = f", {about['minutes']:.1f} minutes of training" if about["minutes"] else ""
                lines.append(f"- {name}, {run}: {about['bundle']}{minutes}")
        return "\n".join(lines)

    record(RECORD, found, mark=MARK, draw=page)
