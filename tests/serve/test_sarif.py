import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from record_support import headline, record, rejected, sentence

from presscheck.data.errors import DataError
from presscheck.serve.record import Record
from presscheck.serve.render.sarif import render_sarif

SCHEMA = json.loads((Path(__file__).parents[1] / "assets" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
TITLE = "Ferry war: 40 boats “doomed”"
FIRST, SECOND, THIRD = "Some 2,400\r\nherders left.", "Officials fear more will.", "Ana Ruiz said so."
BODY = f"{FIRST} 🐑 {SECOND}\r\n\r\n{THIRD}"
TEXT = f"\r\n{TITLE}\r\n\r\n{BODY}\r\n"


def article(identifier: str, *, body_start: int | None) -> Record:
    return record(
        identifier,
        headline(
            TITLE, cues=(("war", "threat_or_war"), ("doomed", "scare_quotes")), support="overstated", missing=(("40 boats", "number"),)
        ),
        [
            sentence(BODY, FIRST, "unsourced"),
            sentence(BODY, SECOND, "vague_source", "Officials", "vague"),
            sentence(BODY, THIRD, "attributed", "Ana Ruiz"),
        ],
        body_start=body_start,
    )


def log(*records: tuple[Record, Path | None], encoding: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(render_sarif(records, encoding=encoding)))
    Draft4Validator(SCHEMA).validate(found)
    (run,) = found["runs"]
    return dict(run)


@pytest.fixture
def text_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("night desk") / "ferry é.txt"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode())
    return path


def shown(region: dict[str, Any]) -> str:
    """What an editor marks: lines end at \\r\\n or \\n, columns count code points from 1."""
    lines = TEXT.replace("\r\n", "\n").split("\n")
    first, last = region["startLine"] - 1, region["endLine"] - 1
    if first == last:
        return str(lines[first][region["startColumn"] - 1 : region["endColumn"] - 1])
    return "\r\n".join([lines[first][region["startColumn"] - 1 :], *lines[first + 1 : last], lines[last][: region["endColumn"] - 1]])


def test_a_flag_has_its_line_and_column_in_a_text_file(text_file: Path) -> None:
    run = log((article(str(text_file), body_start=TEXT.index(BODY)), text_file))
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [shown(place["region"]) for place in places] == [TITLE, TITLE, FIRST, SECOND]
    assert {place["artifactLocation"]["uri"] for place in places} == {"night%20desk/ferry%20%C3%A9.txt"}
    for place in places:
        region = place["region"]
        assert TEXT[region["charOffset"] : region["charOffset"] + region["charLength"]] == region["snippet"]["text"]


def test_framing_and_missing_words_are_related_places(text_file: Path) -> None:
    framing, support, *_ = log((article(str(text_file), body_start=TEXT.index(BODY)), text_file))["results"]
    assert [shown(place["physicalLocation"]["region"]) for place in framing["relatedLocations"]] == ["war", "doomed"]
    assert framing["relatedLocations"][0]["message"]["text"] == "threat or war words"
    assert [shown(place["physicalLocation"]["region"]) for place in support["relatedLocations"]] == ["40 boats"]
    assert [place["id"] for place in framing["relatedLocations"]] == [1, 2]


def test_rules_levels_and_messages(text_file: Path) -> None:
    run = log((article(str(text_file), body_start=TEXT.index(BODY)), text_file))
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = run["results"]
    assert [result["ruleId"] for result in results] == ["sensational-headline", "headline-overstated", "unsourced-claim", "vague-source"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in results)
    assert {result["level"] for result in results} == {"warning"}
    assert results[2]["message"]["text"] == "No source (80%). Who counted “2,400 herders”?"


def test_a_row_has_its_file_and_a_name_and_says_its_words(tmp_path: Path) -> None:
    rows = (tmp_path / "rows.jsonl", None)
    run = log(*((article(f"row {number}", body_start=None), path) for number, path in enumerate(rows)))
    with_file, without = run["results"][2], run["results"][6]
    assert with_file["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": rows[0].as_uri()}}
    assert without["locations"][0] == {"logicalLocations": [{"name": "sentence 1", "fullyQualifiedName": "row 1: sentence 1"}]}
    assert without["message"]["text"].startswith("“Some 2,400 herders left.”: No source")


def test_fingerprints_stay_where_a_text_moves(text_file: Path) -> None:
    placed = log((article(str(text_file), body_start=TEXT.index(BODY)), text_file))["results"]
    moved = log((article("elsewhere", body_start=None), None))["results"]
    assert [result["partialFingerprints"] for result in placed] == [result["partialFingerprints"] for result in moved]
    assert len({result["partialFingerprints"]["presscheckText/v1"] for result in placed}) == len(placed)


def test_a_rejected_input_is_a_notification(tmp_path: Path) -> None:
    (invocation,) = log((rejected("bad", "rows:3: bad"), tmp_path / "rows.jsonl"))["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "rows:3: bad"
    assert log()["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_file_that_changed_is_refused(text_file: Path) -> None:
    scored = article(str(text_file), body_start=TEXT.index(BODY))
    text_file.write_text("Another text\n\nof other sentences.")
    with pytest.raises(DataError, match=r"ferry é\.txt: the file changed while it was scored; score it again"):
        log((scored, text_file))


def test_a_file_is_read_in_its_encoding(text_file: Path) -> None:
    text_file.write_bytes(TEXT.encode("utf-16-le"))
    run = log((article(str(text_file), body_start=TEXT.index(BODY)), text_file), encoding="utf-16-le")
    assert shown(run["results"][3]["locations"][0]["physicalLocation"]["region"]) == SECOND
