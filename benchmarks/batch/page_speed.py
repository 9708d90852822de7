"""Draws the rates, and what they say of a day of 100 million articles."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

Found = dict[str, Any]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: bool = True) -> list[str]:
    """Lines of a table."""
    line = "|---|" + ("---:|" if numbers else "---|") * (len(heads) - 1)
    return [f"| {' | '.join(heads)} |", line, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def _spread(values: Sequence[float], form: str = ",.1f") -> str:
    """The median and the extremes."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _rates(found: Found, cell: str) -> list[float]:
    """Rows a second of a cell in each round, without what a job of FEW rows takes on that engine."""
    cells = found["cells"]
    if cell.startswith("raw"):
        return [one["rows_per_s"] for one in cells[cell]]
    ends = median(one["wall_s"] for one in cells[f"{cell.split(',')[0]}, start and end"])
    return [one["rows"] / (one["wall_s"] - ends) for one in cells[cell]]


def speed(found: Found) -> Iterator[str]:
    """The rates of every cell, and what Ray adds."""
    cells = found["cells"]
    rounds = min(map(len, cells.values()))
    yield (
        f"{found['machine']}. {found['on']}, bundle {found['bundle']} in {found['precision']}, {found['rows']:,} rows, "
        f"{rounds} rounds in turn; medians with the extremes. *Rows/s of the work* leave out what a job of 20 rows takes on the same "
        "engine (its start, its model, its report); *of the raw scorer* is against the faster raw scorer on as many cores. Every command "
        "wrote the same bytes for the same shard size.\n"
    )
    yield from table(
        (
            "",
            "rows/s of the work",
            "of the raw scorer",
            "rows/s with start and end",
            "tokens/s",
            "padding",
            "MB, command",
            "MB, worker",
        ),
        (_speed_row(found, cell) for cell in cells if "start and end" not in cell),
    )
    yield from _overhead(found)


def _speed_row(found: Found, cell: str) -> list[object]:
    cells = found["cells"]
    rates, rows = _rates(found, cell), cells[cell]
    raw = max(
        median(_rates(found, one)) for one in cells if one.startswith("raw") and ("1 core" in one) == ("1 core" in cell)
    )
    if cell.startswith("raw"):
        return [cell, _spread(rates), "", "", "", "", "", ""]
    return [
        cell,
        _spread(rates),
        f"{median(rates) / raw:.0%}",
        f"{median(one['rows'] / one['wall_s'] for one in rows):,.1f}",
        f"{median(one['tokens_per_s'] for one in rows):,.0f}",
        f"{median(one['padding'] for one in rows):.1f} %",
        f"{max(one['peak_mb'] for one in rows):,.0f}",
        f"{max(one['worker_peak_mb'] for one in rows):,.0f}",
    ]


def one_core(found: Found) -> Iterator[str]:
    """Rows of a processor second on one core, and what a shard costs beside its rows."""
    cells = found["cells"]
    raw = median(one["rows_per_cpu_s"] for one in cells["raw scorer, 1 core"])
    others = [one["others_cores"] for ones in cells.values() for one in ones]
    yield (
        f"{found['machine']}. {found['on']}, bundle {found['bundle']} in {found['precision']}, {found['rows']:,} rows, one worker bound "
        f"to one core, {min(map(len, cells.values()))} rounds in turn. Other work kept {_spread(others)} of the machine's cores busy "
        "meanwhile: so these are rows a second *of a processor*, of all processes of a job together and without what a job of 20 rows "
        f"takes (start, model, report). The raw scorer makes {raw:,.1f}.\n"
    )
    rows: list[list[object]] = []
    for cell, ones in cells.items():
        if "a shard" not in cell:
            continue
        engine, size = cell.split(",")[0], int(cell.split(", ")[1].split()[0])
        ends = median(one["cpu_s"] for one in cells[f"{engine}, start and end"])
        works = [one["cpu_s"] - ends for one in ones]
        rate, shards = found["rows"] / median(works), found["rows"] / size
        beyond = (median(works) - found["rows"] / raw) / shards * 1e3
        padding = f"{median(one['padding'] for one in ones):.1f} %"
        rows.append([cell, f"{rate:,.1f}", f"{rate / raw:.0%}", f"{beyond:+,.0f}", padding, f"{ends:.1f}"])
    heads = (
        "",
        "rows/s of a processor",
        "of the raw scorer",
        "ms a shard beyond it",
        "padding",
        "start and end, processor s",
    )
    yield from table(heads, rows)


def _overhead(found: Found) -> Iterator[str]:
    cells = found["cells"]
    walls = {cell: median(one["wall_s"] for one in ones) for cell, ones in cells.items() if not cell.startswith("raw")}
    more = walls["ray, start and end"] - walls["local, start and end"]
    yield (
        f"A job of 20 rows takes {walls['local, start and end']:.1f} s on the local engine and {walls['ray, start and end']:.1f} s on Ray: "
        f"{more:.1f} s a job are Ray's own. What it adds beyond that, by shard size:\n"
    )
    rows = []
    for cell in (cell for cell in walls if cell.startswith("ray") and "a shard" in cell):
        size = int(cell.split(", ")[1].split()[0])
        shards = found["rows"] / size
        beyond = walls[cell] - walls[cell.replace("ray", "local")] - more
        rows.append((f"{size:,}", f"{shards:.0f}", f"{beyond:+.1f}", f"{beyond / shards * 1e3:+.0f}"))
    yield from table(("rows a shard", "shards", "s of the job", "ms a shard"), rows)


def cost(found: Found) -> Iterator[str]:
    """The arithmetic of a day of 100 million articles from the measured rates; its check is that it tells two cores from one."""
    a_day, a_second = 100_000_000, 100_000_000 / 86_400
    rows = []
    for name in ("local", "ray"):
        one = median(_rates(found, f"{name}, 1 core"))
        two, best = (median(_rates(found, f"{name}, {found['rows'] // part} rows a shard")) for part in (16, 4))
        cores = 2 * a_second / best
        figures = (
            f"{one:,.1f}",
            f"{two:,.1f}",
            f"{two / one:.2f}",
            f"{best:,.1f}",
            f"{cores:,.1f}",
            f"{cores / 32:,.2f}",
        )
        rows.append((name, *figures))
    yield f"{a_day:,} articles a day are {a_second:,.0f} a second, at full load and with articles as generated here.\n"
    small, large = (f"{found['rows'] // part:,} rows a shard" for part in (16, 4))
    heads = (
        "engine",
        f"rows/s, 1 core, {small}",
        "2 cores",
        "2 cores against 1",
        f"2 cores, {large}",
        "cores for a day's articles in a day",
        "machines of 32 cores",
    )
    yield from table(heads, rows)
