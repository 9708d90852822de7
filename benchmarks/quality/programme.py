"""Trains and measures the systems of programme.yaml, each run once."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from benchmarks.quality.baselines import probe_rows, rater_figures
from benchmarks.quality.measure import measure
from benchmarks.quality.prepare import prepare
from benchmarks.quality.results import EXPERIMENT, URI, draw, log, restore, results
from presscheck.configs.loader import load
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import SplitName
from presscheck.train.memory import keep_freed_memory
from presscheck.train.run import train

PROGRAMME = Path(__file__).with_name("programme.yaml")
logger = logging.getLogger(__name__)


class System(BaseModel):
    """One column of a table.

    Attributes:
        table: the table that it stands in.
        probe: a classifier of `data audit` instead of a model.
        data: changes to the built data set (prepare.CHANGES); the config's own sources where it is empty.
        teacher: a system whose first run's bundle teaches this one.
        only: corpora to measure on; all where it is empty.
        split: what it is measured on; dev for what there is to choose.
        runs: name of a run (a seed, a fold) to its overrides.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    config: str = "news"
    probe: Literal["shape", "tfidf"] | None = None
    overrides: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    teacher: str | None = None
    only: tuple[str, ...] = ()
    split: SplitName = "test"
    runs: dict[str, tuple[str, ...]] = {"seed 7": ()}


def _systems() -> dict[str, System]:
    read = yaml.safe_load(PROGRAMME.read_text(encoding="utf-8"))
    return {name: System.model_validate(values) for name, values in read.items()}


def draw_all(corpora: Path) -> None:
    """Draws the page from the MLflow runs that there are, those that quality.json brought from elsewhere included."""
    restore()
    tables: dict[str, list[str]] = {}
    for name, system in _systems().items():
        tables.setdefault(system.table, []).append(name)
    draw(results(), tables, rater_figures(corpora))


def _run(name: str, system: System, run: str, corpora: Path) -> None:
    if system.probe:
        rows = probe_rows(system.probe, load_splits(load(system.config).data), corpora)
        log(rows, system=name, run=run, name=name)
        return
    overrides = [f"tracking.uri={URI}", f"tracking.experiment={EXPERIMENT}", f"tracking.registered_model={EXPERIMENT}"]
    overrides += ["models_dir=models/quality", *system.overrides, *system.runs[run]]
    if system.data:
        folder = prepare(load(system.config, overrides), system.data, Path("built") / "quality")
        overrides += [f"data.sources=[{{kind: built, path: {folder}}}]", "data.deduplicate=null"]
    if system.teacher:
        first = next(iter(results()[system.teacher].values()))
        overrides.append(f"train.teacher.bundle=models/quality/{first['bundle']}")
    start = time.monotonic()
    bundle = train(load(system.config, overrides))
    minutes = (time.monotonic() - start) / 60
    rows = measure(bundle, corpora, split=system.split, only=system.only, is_alone="single sentences" in system.data)
    log(rows, system=name, run=run, name=bundle.manifest.version, minutes=minutes)


def programme(corpora: Path, *, only: Sequence[str] = ()) -> None:
    """Trains and measures every run that neither MLflow nor quality.json knows yet, in the file's order.

    A training that was interrupted goes on. Give a system another name when its meaning changes, or its old figures are kept.

    Args:
        only: names of systems; all where it is empty.
    """
    keep_freed_memory()
    restore()
    for name, system in _systems().items():
        for run in system.runs:
            if (only and name not in only) or run in results().get(name, {}):
                continue
            logger.info("%s, %s", name, run)
            _run(name, system, run, corpora)
            draw_all(corpora)
