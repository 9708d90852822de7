"""What the harnesses share: results.json in a harness' folder, drawn as tables into the README beside it, tables and means over seeds."""

import json
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "<!-- drawn from results.json -->"
Results = dict[str, Any]


def results_of(folder: Path) -> Results:
    """What a harness has recorded so far."""
    path = folder / "results.json"
    found: Results = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def record(folder: Path, results: Results, draw: Callable[[Results], str]) -> None:
    """Writes results.json, and replaces what stands below the mark in README.md."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page = folder / "README.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else f"# {folder.name.capitalize()}\n\n{MARK}\n"
    page.write_text(re.sub(rf"{MARK}.*", lambda _: f"{MARK}\n\n{draw(results)}\n", text, flags=re.S), encoding="utf-8")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def spread(values: Sequence[float], form: str = ",.1f") -> str:
    """The median and the extremes; a single value alone."""
    if len(values) == 1:
        return f"{values[0]:{form}}"
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over seeds with its 95 % interval by Student's t; no interval of a single seed."""

    value: float
    reach: float | None

    def __str__(self) -> str:
        reach = "" if self.reach is None else f" ± {self.reach:.3f}"
        return f"{self.value:.3f}{reach}"


def mean_of(values: Sequence[float]) -> Mean:
    """The mean of one figure of each seed."""
    from scipy.stats import t as student_t  # heavy, and few need it

    value = statistics.fmean(values)
    if len(values) < 2:
        return Mean(value, None)
    error = statistics.stdev(values) / len(values) ** 0.5
    return Mean(value, float(student_t.ppf(0.975, len(values) - 1)) * error)
