"""Draws what the harnesses found."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

Found = dict[str, Any]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    numbers = "|---|" + "---:|" * (len(heads) - 1)
    return [f"| {' | '.join(heads)} |", numbers, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def _planner(found: Found) -> Iterator[str]:
    yield (
        f"{found['rows']:,} rows in shards of {found['shard_rows']:,} from {found['files']} inputs, {found['on']}. Processor time, so that "
        "other work on the machine does not count.\n"
    )
    heads = ("shards planned", "µs a row", "µs a shard", "resident, MB", "peak, MB")
    yield from _table(
        heads,
        (
            (
                f"{step['shards']:,}",
                f"{step['us_a_row']:.2f}",
                f"{step['us_a_row'] * found['shard_rows']:,.0f}",
                step["resident_mb"],
                step["peak_mb"],
            )
            for step in found["steps"]
        ),
    )


SECTIONS = {"planner": ("The planner alone", _planner)}


def spread(values: Sequence[float], form: str = ",.1f") -> str:
    """The median and the extremes."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def page(results: dict[str, Found]) -> str:
    """Everything that was found so far."""
    lines: list[str] = []
    for name, (title, draw) in SECTIONS.items():
        if name in results:
            lines += [f"## {title}", "", *draw(results[name])]
    return "\n".join(lines).rstrip()
