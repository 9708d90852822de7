"""A comparison for people: a table on the terminal, a page and JSON."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from presscheck.data.atomic import write_files
from presscheck.data.pages import page_environment
from presscheck.eval.compare import Comparison


def print_comparison(found: Comparison) -> None:
    """Prints differences with their intervals, and who is right more often."""
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
    low, high = found.slowdown_range
    console.print(
        f"time: {found.slowdown:.2f} times the first's ({low:.2f} to {high:.2f}); "
        f"size: {found.megabytes[0]:.0f} and {found.megabytes[1]:.0f} MB"
    )


def write_comparison(found: Comparison, folder: Path) -> None:
    """Writes `compare.html` and `compare.json`."""
    page = page_environment("presscheck.eval.page").get_template("compare.html").render(found=found)
    write_files(folder, {"compare.json": found.as_json(), "compare.html": page})
