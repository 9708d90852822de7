"""Stored feedback is listed, deleted by number or age, and nothing that the service stores meanwhile is lost."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.article import Article
from presscheck.serve.http.feedback_store import FeedbackFile
from presscheck.serve.http.schemas import FeedbackIn
from presscheck.serve.http.stored_feedback import delete_feedback, list_feedback
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer


@pytest.fixture(scope="module")
def record(tiny_scorer: Scorer) -> Record:
    (found,) = tiny_scorer.score([Article("a", "Levy \x1b[31mpassed", "The vote was held on Monday.")])
    return found


def store(state: Path, record: Record, comment: str, *, days_ago: int = 0) -> int:
    given = FeedbackIn.model_construct(record=record, signature="A" * 22, agrees=False, segment=0, comment=comment)
    number = FeedbackFile(state, max_bytes=2**24).store(given, caller="night-desk")
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(state / "feedback.sqlite")) as connection, connection:
        connection.execute("UPDATE feedback SET stored_at = ? WHERE id = ?", (at, number))
    return number


def feedback(*arguments: str, state: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["feedback", *arguments, "--state", str(state)])
    return result.exit_code, result.stdout, result.stderr


def numbers(state: Path) -> list[int]:
    return [one.id for one in list_feedback(state / "feedback.sqlite")]


def test_a_line_says_who_said_what_and_steers_no_terminal(tmp_path: Path, record: Record) -> None:
    store(tmp_path, record, "ironic\x1b[2J")
    code, shown, _ = feedback("list", state=tmp_path)
    (line,) = shown.splitlines()
    assert code == 0
    assert [part in line for part in ("     1  ", "night-desk", "disagrees (sentence 0)", "passed", "# ironic")] == [True] * 5
    assert "\x1b" not in line


def test_deleting_by_age_counts_first_and_keeps_the_rest(tmp_path: Path, record: Record) -> None:
    for days in (200, 91, 89, 0):
        store(tmp_path, record, f"{days} days", days_ago=days)
    code, shown, err = feedback("delete", "--older-than", "90d", "--dry-run", state=tmp_path)
    assert (code, len(shown.splitlines()), "2 would be deleted" in err, numbers(tmp_path)) == (0, 2, True, [1, 2, 3, 4])
    assert feedback("list", "--older-than", "90d", state=tmp_path)[1] == shown
    code, shown, err = feedback("delete", "--older-than", "90d", state=tmp_path)
    assert (code, shown, "2 deleted" in err, numbers(tmp_path)) == (0, "", True, [3, 4])
    assert "0 deleted" in feedback("delete", "--older-than", "90d", state=tmp_path)[2]


def test_deleted_words_are_gone_from_the_file(tmp_path: Path, record: Record) -> None:
    for number in range(30):
        store(tmp_path, record, f"remark-{number:02d} " + "x" * 1500)
    path = tmp_path / "feedback.sqlite"
    assert b"remark-07" in path.read_bytes()
    assert feedback("delete", "8", "9", "30", state=tmp_path)[0] == 0
    left = path.read_bytes()
    assert [f"remark-{number:02d}".encode() in left for number in (6, 7, 8, 9, 29)] == [True, False, False, True, False]


def test_a_deleted_number_is_not_given_to_somebody_else(tmp_path: Path, record: Record) -> None:
    assert [store(tmp_path, record, "one"), store(tmp_path, record, "two")] == [1, 2]
    assert feedback("delete", "1", "2", state=tmp_path)[0] == 0
    assert store(tmp_path, record, "three") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["delete", "1", "99"], "there is no feedback 99"),
        (["delete", "99", "--dry-run"], "there is no feedback 99"),
        (["delete"], "name what to delete"),
        (["delete", "1", "--older-than", "90d"], "not both"),
        (["delete", "--older-than", "90"], "a number of days"),
        (["list", "--older-than", "-1d"], "a number of days"),
    ],
)
def test_what_cannot_be_deleted_leaves_everything(tmp_path: Path, record: Record, arguments: list[str], message: str) -> None:
    store(tmp_path, record, "one")
    code, shown, err = feedback(*arguments, state=tmp_path)
    assert (code, shown, numbers(tmp_path)) == (2, "", [1])
    assert message in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize("content", [None, b"", b"id,comment\n", b"SQLite format 3\0 and no more"])
def test_what_is_no_feedback_file_is_left_alone(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "feedback.sqlite").write_bytes(content)
    for command in (["list"], ["delete", "1"]):
        code, _, err = feedback(*command, state=tmp_path)
        assert (code, "feedback.sqlite: " in err) == (2, True), err
    assert [one.name for one in tmp_path.iterdir()] == ([] if content is None else ["feedback.sqlite"])
    assert content is None or (tmp_path / "feedback.sqlite").read_bytes() == content


def test_nothing_is_lost_that_is_stored_while_others_are_deleted(tmp_path: Path, record: Record) -> None:
    old = [store(tmp_path, record, "old", days_ago=100) for _ in range(20)]
    file, made = FeedbackFile(tmp_path, max_bytes=2**24), list[int]()
    given = FeedbackIn.model_construct(record=record, signature="A" * 22, agrees=True, segment=None, comment="new")

    def serve() -> None:
        made.extend(file.store(given, caller="web") for _ in range(40))

    service = threading.Thread(target=serve)
    service.start()
    deleted = [one.id for number in old for one in delete_feedback(tmp_path / "feedback.sqlite", numbers=[number])]
    service.join()
    assert deleted == old
    assert sorted(made) == numbers(tmp_path) == list(range(21, 61))
