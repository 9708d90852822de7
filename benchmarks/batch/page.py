"""Draws what the harnesses found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median
from typing import Any

Found = dict[str, Any]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: bool = True) -> list[str]:
    line = "|---|" + ("---:|" if numbers else "---|") * (len(heads) - 1)
    return [f"| {' | '.join(heads)} |", line, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


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


def spread(values: Sequence[float], form: str = ",.1f") -> str:
    """The median and the extremes."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _rates(found: Found, cell: str) -> list[float]:
    """Rows a second of a cell in each round, without what a job of FEW rows takes on that engine."""
    cells = found["cells"]
    if cell.startswith("raw"):
        return [one["rows_per_s"] for one in cells[cell]]
    ends = median(one["wall_s"] for one in cells[f"{cell.split(',')[0]}, start and end"])
    return [one["rows"] / (one["wall_s"] - ends) for one in cells[cell]]


def _speed(found: Found) -> Iterator[str]:
    cells = found["cells"]
    rounds = min(map(len, cells.values()))
    yield (
        f"{found['machine']}. {found['on']}, bundle {found['bundle']} in {found['precision']}, {found['rows']:,} rows, "
        f"{rounds} rounds in turn; medians with the extremes. *Rows/s of the work* leave out what a job of 20 rows takes on the same "
        "engine (its start, its model, its report); *of the raw scorer* is against the raw scorer on as many cores. Every command wrote "
        "the same bytes for the same shard size.\n"
    )
    yield from _table(
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
    rates, rows = _rates(found, cell), found["cells"][cell]
    raw = median(_rates(found, f"raw scorer, {1 if '1 core' in cell else 2} core{'s' * ('1 core' not in cell)}"))
    if cell.startswith("raw"):
        return [cell, spread(rates), "", "", "", "", "", ""]
    return [
        cell,
        spread(rates),
        f"{median(rates) / raw:.0%}",
        f"{median(one['rows'] / one['wall_s'] for one in rows):,.1f}",
        f"{median(one['tokens_per_s'] for one in rows):,.0f}",
        f"{median(one['padding'] for one in rows):.1f} %",
        f"{max(one['peak_mb'] for one in rows):,.0f}",
        f"{max(one['worker_peak_mb'] for one in rows):,.0f}",
    ]


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
    yield from _table(("rows a shard", "shards", "s of the job", "ms a shard"), rows)


def _cost(found: Found) -> Iterator[str]:
    """The arithmetic of a day of 100 million articles from the measured rates; its check is that it tells two cores from one."""
    a_day, a_second = 100_000_000, 100_000_000 / 86_400
    rows = []
    for name in ("local", "ray"):
        one = median(_rates(found, f"{name}, 1 core"))
        two = median(_rates(found, f"{name}, {found['rows'] // 16} rows a shard"))
        cores = 2 * a_second / two
        rows.append((name, f"{one:,.1f}", f"{two:,.1f}", f"{two / one:.2f}", f"{cores:,.0f}", f"{cores / 32:,.1f}"))
    yield f"{a_day:,} articles a day are {a_second:,.0f} a second, at full load and with articles as generated here.\n"
    heads = (
        "engine",
        "rows/s, 1 core",
        "rows/s, 2 cores",
        "2 cores against 1",
        "cores for a day's articles in a day",
        "machines of 32 cores",
    )
    yield from _table(heads, rows)


def _identity(found: Found) -> Iterator[str]:
    head, engines = found["head"], found.get("engines", {})
    yield (
        f"{head['rows']:,} rows, of which {head['malformed']:,} malformed in {head['ways']} ways, in shards of {head['shard_rows']:,}; "
        f"bundle {head['bundle']}, two workers, beside other work on the machine (nothing here is timed).\n"
    )
    heads = ("engine", "rows", "scored", "rejected", "shards", "rows that are not there exactly once")
    counted = ("rows", "scored", "rejected", "shards", "unaccounted")
    yield from _table(heads, ((name, *(f"{one[key]:,}" for key in counted)) for name, one in engines.items()))
    for name, pieces in found.get("pieces", {}).items():
        for piece in pieces:
            scoring = ", ".join(map(str, piece["mb"]["scoring"]))
            end = f", while it was summed up at most {max(piece['mb']['end'])}" if piece["mb"]["end"] else ""
            yield f"Memory of all processes of {name} together in each tenth of the scoring, MB: {scoring}{end}.\n"
    for name, one in engines.items():
        codes = ", ".join(f"{code} {count:,}" for code, count in one["rejected_by_code"].items())
        yield f"Rejected by {name}: {codes}.\n"
    if "bytes" in found:
        yield f"All {found['bytes']['files']:,} files of both engines are the same, byte for byte ({found['bytes']['on']}).\n"


def _soak(found: Found) -> Iterator[str]:
    yield (
        f"A job of {found['rows']:,} rows in shards of 10, the tiny model, one worker or two: {found['kills']:,} times `kill -9` of the "
        f"command at a random moment and {found['worker_kills']:,} times of a worker while the command went on. {found['jobs']:,} jobs "
        "came to their end, and every one had the bytes of the job that was left in peace, in which each row stands exactly once "
        f"({found.get('on', '')}).\n"
    )


def _faults(found: Found) -> Iterator[str]:
    yield from _table(("fault, engine", "what came of it"), found.items(), numbers=False)


SECTIONS: tuple[tuple[str, str, Callable[[Found], Iterator[str]]], ...] = (
    ("identity", "Two engines, the same bytes", _identity),
    ("speed", "Rows a second", _speed),
    ("speed", "100 million articles a day", _cost),
    ("soak local", "Killed, local engine", _soak),
    ("soak ray", "Killed, Ray", _soak),
    ("faults", "Spoilt", _faults),
    ("planner", "The planner alone", _planner),
)


def page(results: dict[str, Found]) -> str:
    """Everything that was found so far."""
    lines: list[str] = []
    for source, title, draw in SECTIONS:
        if source in results and not _unfinished(source, results[source]):
            lines += [f"## {title}", "", *draw(results[source])]
    return "\n".join(lines).rstrip()


def _unfinished(source: str, found: Found) -> bool:
    return source == "speed" and not any(cell.startswith("ray, start") for cell in found["cells"])
