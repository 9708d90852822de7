"""Shows the list of doubtful train labels: a table on the terminal, a page, and a CSV file for the people who review it."""

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presscheck.data.atomic import write_files
from presscheck.data.pages import page_environment
from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.train.doubtful import DoubtfulLabel

CSV_COLUMNS = ("decision", "label", "target", "probability", "quality", "is_issue", "text", "id", "source", "part", "start", "end")
_ON_PAGE = 200  # of each label


def print_doubtful(found: Sequence[DoubtfulLabel], *, of: int) -> None:
    """Prints the labels, the most doubtful first."""
    console = Console(width=None if Console().is_terminal else 150, highlight=False)
    table = Table(title=f"Doubtful labels: {len(found)} of {of:,}, the most doubtful first", title_justify="left")
    for name in ("label", "given", "model", "text", "id"):
        table.add_column(name, justify="right" if name in ("given", "model") else "left", overflow="fold")
    for one in found:
        table.add_row(one.label, f"{one.target:g}", f"{one.probability:.2f}", Text(one.text), Text(one.id))
    console.print(table)


def as_csv(found: Sequence[DoubtfulLabel]) -> str:
    """One label a line, with an empty column for the decision."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for one in found:
        values = ("" if name == "decision" else getattr(one, name) for name in CSV_COLUMNS)
        writer.writerow(safe_cell(str(value).lower() if isinstance(value, bool) else value) for value in values)
    return stream.getvalue()


def write_doubtful(found: Sequence[DoubtfulLabel], folder: Path, *, name: str) -> None:
    """Writes `doubtful.csv` and `doubtful.html`."""
    by_label = sorted(found, key=lambda one: one.label)  # within a label the order stays
    groups = [(label, list(some)) for label, some in groupby(by_label, key=lambda one: one.label)]
    page = page_environment("presscheck.eval.page").get_template("doubtful.html")
    html = page.render(name=name, groups=groups, shown=_ON_PAGE)
    write_files(folder, {"doubtful.csv": as_csv(found), "doubtful.html": html})
