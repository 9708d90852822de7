"""What the harnesses share: results.json in a harness' folder, drawn as tables into the README beside it, and Markdown tables."""

import json
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
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
