"""Shows a comparison: a table on the terminal, a page and JSON."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from presscheck.data.atomic import write_files
from presscheck.data.pages import page_environment
from presscheck.eval.compare.findings import Comparison


def print_comparison(found: Comparison) -> None:
    """Prints differences with their intervals, and which bundle is right more often."""
    console = Console(width=None if Console().is_terminal else 150, highlight=False)
    table = Table(
        title=f"{found.b} against {found.a}, {found.documents} documents (paired 95 % bootstrap intervals)",
        title_justify="left",
    )
    for name in ("label", "metric", "first", "second", "difference", "only first right", "only second", "p"):
        table.add_column(name, justify="left" if name in ("label", "metric") else "right")
    for label in found.labels:
        for number, (name, (a, b, d)) in enumerate(label.differences.items()):
            interval = "" if d.lower is None or d.upper is None else f" [{d.lower:+.3f}, {d.upper:+.3f}]"
            test = label.mcnemar
            right = (str(test.only_a), str(test.only_b), f"{test.p_value:.3f}") if number == 0 else ("", "", "")
            shown = ["–" if value is None else f"{value:.3f}" for value in (a, b)]
            difference = "–" if d.value is None else f"{d.value:+.3f}{interval}"
            last = number == len(label.differences) - 1
            table.add_row(label.label if number == 0 else "", name, *shown, difference, *right, end_section=last)
    console.print(table)
    if found.policies:
        console.print(_policy_table(found))
    low, high = found.slowdown_range
    first, second = found.speed
    console.print(
        f"speed: {first.segments_per_second:,.0f} and {second.segments_per_second:,.0f} segments a second "
        f"({first.precision} and {second.precision}, {second.cores} cores); the second takes {found.slowdown:.2f} times the first's time "
        f"({low:.2f} to {high:.2f})"
    )
    console.print(f"size: {found.size_bytes[0]:,} and {found.size_bytes[1]:,} bytes")


def _policy_table(found: Comparison) -> Table:
    """The results of each threshold in both bundles, the bands on risk included."""
    table = Table(title="Policies, each bundle at its own thresholds (95 % Wilson intervals)", title_justify="left")
    for name in ("policy", "flag", "n"):
        table.add_column(name, justify="right" if name == "n" else "left")
    for side in ("first", "second"):
        for name in ("flagged", "precision", "recall"):
            table.add_column(f"{side} {name}", justify="right")
    table.add_column("only first flags", justify="right")
    table.add_column("only second", justify="right")
    for one in found.policies:
        cells = [
            cell
            for side in (one.a, one.b)
            for cell in (
                str(side.flagged),
                "–" if side.precision is None else f"{side.precision:.2f} [{side.lower:.2f}, {side.upper:.2f}]",
                f"{side.recall:.2f}",
            )
        ]
        table.add_row(one.policy, one.flag, str(one.a.n), *cells, str(one.only_a), str(one.only_b))
    return table


def write_comparison(found: Comparison, folder: Path) -> None:
    """Writes `compare.html` and `compare.json`."""
    page = page_environment("presscheck.eval.compare").get_template("compare.html").render(found=found)
    write_files(folder, {"compare.json": found.as_json(), "compare.html": page})
