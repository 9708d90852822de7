"""Draws what the harnesses found."""

from collections.abc import Callable, Iterator

from benchmarks.batch.page_speed import Found, cost, one_core, speed, table


def _planner(found: Found) -> Iterator[str]:
    yield (
        f"{found['rows']:,} rows in shards of {found['shard_rows']:,} from {found['files']} inputs, {found['on']}. Processor time, so that "
        f"other work on the machine does not count. Before the first row the process held {found['before_mb']:,} MB, its modules.\n"
    )
    heads = ("shards planned", "µs a row", "µs a shard", "resident, MB", "peak, MB")
    yield from table(
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


def _identity(found: Found) -> Iterator[str]:
    head, engines = found["head"], found.get("engines", {})
    yield (
        f"{head['rows']:,} rows, of which {head['malformed']:,} malformed in {head['ways']} ways, in shards of {head['shard_rows']:,}; "
        f"bundle {head['bundle']}, two workers, beside other work on the machine (nothing here is timed).\n"
    )
    heads = ("engine", "rows", "scored", "rejected", "shards", "rows that are not there exactly once")
    counted = ("rows", "scored", "rejected", "shards", "unaccounted")
    yield from table(heads, ((name, *(f"{one[key]:,}" for key in counted)) for name, one in engines.items()))
    yield from _memory(found.get("pieces", {}))
    yield from _took(found)
    for name, one in engines.items():
        codes = ", ".join(f"{code} {count:,}" for code, count in one["rejected_by_code"].items())
        yield f"Rejected by {name}: {codes}.\n"
    if "bytes" in found:
        yield f"All {found['bytes']['files']:,} files of both engines are the same, byte for byte ({found['bytes']['on']}).\n"


def _took(found: Found) -> Iterator[str]:
    """What the command itself took: the share of a job that no further worker makes shorter."""
    rows = []
    for name, one in found.get("engines", {}).items():
        figures: list[float] = []
        for phase in ("scoring", "end"):
            pieces = [piece["took"][phase] for piece in found["pieces"][name]]
            pieces = pieces[-1:] if phase == "end" else pieces  # one that was stopped in it begins it anew
            figures += [sum(piece[key] for piece in pieces) for key in ("s", "command_cpu_s")]
        rows.append(
            (name, *(f"{figure:,.0f}" for figure in figures), f"{(figures[1] + figures[3]) / one['rows'] * 1e6:,.0f}")
        )
    yield "The command itself reads, cuts, hands out and writes, and at the end counts and reports:\n"
    heads = (
        "engine",
        "scoring, s",
        "the command's processor, s",
        "end, s",
        "the command's processor, s",
        "of it, µs a row",
    )
    yield from table(heads, rows)


def _memory(pieces: dict[str, list[Found]]) -> Iterator[str]:
    """A table of the memory in each tenth of a job (of each of its pieces, where it was stopped and gone on with)."""
    yield (
        "Memory of all processes of a job together, each counted with its part of what it shares, MB: the highest in each tenth of the "
        "scoring, and while it was summed up.\n"
    )
    rows = []
    for name, found in pieces.items():
        for number, piece in enumerate(found, 1):
            engine = name if len(found) == 1 else f"{name}, piece {number}"
            phases = piece["mb"]
            for owner in (
                phases["scoring"][0] if phases["scoring"] else ()
            ):  # none in a piece that had only the end to do
                of_phase = {phase: [tenth.get(owner, 0) for tenth in tenths] for phase, tenths in phases.items()}
                rows.append((f"{engine}: {owner}", *of_phase["scoring"], max(of_phase["end"], default="")))
    yield from table(("", *(f"{tenth}/10" for tenth in range(1, 11)), "end"), rows)


def _soak(found: Found) -> Iterator[str]:
    yield (
        f"A job of {found['rows']:,} rows in shards of 10, the tiny model, one worker or two: {found['kills']:,} times `kill -9` of the "
        f"command at a random moment and {found['worker_kills']:,} times of a worker while the command went on. {found['jobs']:,} jobs "
        "came to their end, and every one had the bytes of the job that was left in peace, in which each row stands exactly once "
        f"({found.get('on', '')}).\n"
    )


def _faults(found: Found) -> Iterator[str]:
    yield from table(("fault, engine", "what came of it"), found.items(), numbers=False)


SECTIONS: tuple[tuple[str, str, Callable[[Found], Iterator[str]]], ...] = (
    ("identity", "Two engines, the same bytes", _identity),
    ("speed", "Rows a second", speed),
    ("speed one core", "Rows a second of a processor", one_core),
    ("speed", "100 million articles a day", cost),
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
    return source.startswith("speed") and not any(
        cell.startswith("ray, start") and ones for cell, ones in found["cells"].items()
    )
