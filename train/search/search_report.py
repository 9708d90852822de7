"""Shows a search: the best config as YAML, a table on the terminal, and a page with the trials and the importance of each key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from presscheck.configs.loader import dump, replaced
from presscheck.configs.schema import RunConfig
from presscheck.configs.search_space import Scalar, SearchSpace
from presscheck.data.pages import as_svg, page_environment
from presscheck.train.run_plots import history_plot, importance_plot
from presscheck.train.search.study import MIN_FOR_IMPORTANCE, Finished

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTIVE = "mean ROC AUC of the learnt labels on dev"


@dataclass(frozen=True, slots=True)
class Found:
    """A search as far as it has come.

    Attributes:
        trials: the finished ones.
        own: the trial of the config's own values, if the space contains them.
        importance: share of the objective's variance by key; empty with too few complete trials.
        tracked: where the search can be seen in MLflow, or what to do so that the next one can.
    """

    folder: Path
    config: RunConfig
    space: SearchSpace
    seed: int
    labels: tuple[str, ...]
    data_sha256: str
    trials: Sequence[Finished]
    own: Finished | None
    importance: Mapping[str, float]
    tracked: str | None = None

    @property
    def best(self) -> Finished | None:
        """The complete trial with the highest objective, the first of equals."""
        return max((trial for trial in self.trials if trial.value is not None), key=lambda trial: trial.value or 0.0, default=None)

    def count(self, state: str) -> int:
        """Number of finished trials in a state."""
        return sum(trial.state == state for trial in self.trials)

    @property
    def counts(self) -> str:
        """How many trials there are, and how they ended."""
        parts = ", ".join(f"{self.count(state)} {state}" for state in ("complete", "pruned", "failed"))
        minutes = sum(trial.seconds for trial in self.trials) / 60
        return f"{len(self.trials)} trials in {minutes:.1f} minutes: {parts}"


def shown(value: Scalar) -> str:
    """A value, floats to four digits."""
    return (
        f"{value:.4g}"
        if isinstance(value, float)
        else "null"
        if value is None
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def best_config(found: Found) -> str:
    """The best trial's config as YAML, with what was searched as comments.

    `presscheck train` takes it.
    """
    best = found.best
    assert best is not None
    assert best.value is not None
    lines = [f"The best of {found.counts}.", f"Objective: {OBJECTIVE} ({', '.join(found.labels)}): {best.value:.4f} in trial {best.number}"]
    if found.own is not None and found.own.value is not None:
        lines[-1] += f", {found.own.value:.4f} with the config's own values"
    lines += ["It is the highest of several on dev, so expect less elsewhere: compare before you promote.", "", "Searched:"]
    for key, dimension in found.space.space.items():
        share = f"; importance {found.importance[key]:.2f}" if key in found.importance else ""
        lines.append(f"  {key}: {shown(best.values[key])}  ({dimension}{share})")
    lines += ["", f"Random seed of the search {found.seed}; data sha256 {found.data_sha256}; presscheck {version('presscheck')}."]
    comments = "\n".join(f"# {line}".rstrip() for line in lines)
    return f"{comments}\n{dump(replaced(found.config, best.values, where=found.folder))}"


def plots(found: Found) -> dict[str, "Figure"]:
    """The plots of the page, by name."""
    drawn = {"history": history_plot([(t.number, t.state, t.value, list(t.epochs.values())) for t in found.trials], ylabel="mean dev AUC")}
    if found.importance:
        drawn["importance"] = importance_plot(found.importance)
    return drawn


def page(found: Found) -> str:
    """The search as a page of its own."""
    template = page_environment("presscheck.train.search").get_template("page.html")
    pictures = {name: as_svg(figure) for name, figure in plots(found).items()}
    return template.render(found=found, objective=OBJECTIVE, pictures=pictures, shown=shown, enough=MIN_FOR_IMPORTANCE)


def print_search(found: Found) -> None:
    """Prints the best values beside the config's own, and how much each key matters."""
    console = Console(width=None if Console().is_terminal else 150, highlight=False)
    best = found.best
    table = Table(title=f"{found.config.name}: {found.counts}", title_justify="left")
    for name in ("key", "searched", "the config's own", "best", "importance"):
        table.add_column(name, justify="left" if name in ("key", "searched") else "right")
    for key, dimension in sorted(found.space.space.items(), key=lambda item: -found.importance.get(item[0], 0.0)):
        own = shown(found.own.values[key]) if found.own else "–"
        share = f"{found.importance[key]:.2f}" if key in found.importance else "–"
        table.add_row(key, str(dimension), own, shown(best.values[key]) if best else "–", share)
    values = ["–" if trial is None or trial.value is None else f"{trial.value:.4f}" for trial in (found.own, best)]
    table.add_section()
    table.add_row(OBJECTIVE, "", *values, "")
    console.print(table)
