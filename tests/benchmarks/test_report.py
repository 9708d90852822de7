"""What a harness records: JSON, and the table in its README."""

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.report import MARK, record, results_of, spread, table

BENCHMARKS = Path("benchmarks")
HARNESSES = sorted(path.parent.name for path in BENCHMARKS.glob("*/__main__.py"))


def test_a_page_keeps_what_stands_above_the_mark(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(f"Words of people.\n\n{MARK}\n\nold", encoding="utf-8")
    record(tmp_path, {"a": [1, 2]}, lambda found: table(["name", "values"], [[n, spread(v)] for n, v in found.items()]))
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert page == f"Words of people.\n\n{MARK}\n\n| name | values |\n| --- | --- |\n| a | 1.5 (1.0 to 2.0) |\n"
    assert results_of(tmp_path) == {"a": [1, 2]}


def test_a_single_value_has_no_extremes() -> None:
    assert spread([1234.5], ",.0f") == "1,234"


@pytest.mark.parametrize("name", HARNESSES)
def test_a_harness_has_its_question_and_the_table_of_what_it_recorded(name: str) -> None:
    folder = BENCHMARKS / name
    page = (folder / "README.md").read_text(encoding="utf-8")
    draw = import_module(f"benchmarks.{name}.__main__").draw
    assert page.startswith("# ")
    assert page.splitlines()[0].endswith("?"), "the first line asks the question"
    assert f"python -m benchmarks.{name}" in page
    assert page.split(MARK)[1].strip() == draw(results_of(folder)).strip()
    assert f"({name}/README.md)" in (BENCHMARKS / "README.md").read_text(encoding="utf-8")
