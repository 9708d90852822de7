"""Shows a data check: a table on the terminal, a page and JSON."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presscheck.configs.data_bounds import DataBounds
from presscheck.data.atomic import write_files
from presscheck.data.pages import page_environment
from presscheck.eval.data_check.check_plots import pictures
from presscheck.eval.data_check.check_results import DataReport

_STYLES = {"pass": "green", "FAIL": "bold red", "not checked": "yellow"}
_DETAILS = 5


def print_report(report: DataReport) -> None:
    """Prints every check, and the first items of those that fail with what to do."""
    console = Console(width=None if Console().is_terminal else 150, highlight=False)
    against = f", against {report.champion}" if report.champion else ", without a champion"
    table = Table(title=f"Data of {report.name}{against}", title_justify="left")
    for name in ("", "check", "found", "allowed"):
        table.add_column(name, overflow="fold")
    for check in report.checks:
        table.add_row(Text(check.outcome, style=_STYLES[check.outcome]), Text(check.name), Text(check.found), Text(check.allowed))
    console.print(table)
    for check in report.failed:
        console.print(Text(f"{check.name}: {check.advice}", style="bold"))
        for line in check.details[:_DETAILS]:
            console.print(Text(f"  {line}"))
        if len(check.details) > _DETAILS:
            console.print(f"  … and {len(check.details) - _DETAILS:,} more")


def write_page(report: DataReport, folder: Path, *, bounds: DataBounds | None = None) -> None:
    """Writes `data.html` and `data.json`.

    Args:
        bounds: those that the plots show; default: the defaults.
    """
    page = page_environment("presscheck.eval.data_check").get_template("data.html")
    drawn = pictures(report.figures, bounds or DataBounds())
    write_files(folder, {"data.json": report.as_json(), "data.html": page.render(report=report, pictures=drawn)})
