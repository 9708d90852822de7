"""Label Studio's exports come in with every vote at its place, and what cannot be read is named by file and task."""

import json
from pathlib import Path
from typing import Any

import pytest
from annotation_support import BODY, HEADLINE, TIME, annotation, choice, imported, region, sentence, task, words, write

from presscheck.data.errors import DataError


def in_body(words_: str, name: str, **more: Any) -> dict[str, Any]:
    return region("spans", "body", words_, name, text=BODY, **more)


def in_headline(words_: str, name: str, **more: Any) -> dict[str, Any]:
    return region("spans", "headline", words_, name, text=HEADLINE, **more)


def test_spans_choices_and_choices_of_regions(tmp_path: Path) -> None:
    ferry = in_body("The ferry sank on Monday.", "sentence", identifier="s1")
    said = in_body("Port officials said that", "sentence", identifier="s2")  # less than the sentence
    given = task(
        annotation(
            choice("review", "headline", "yes"),
            choice("headline_loaded", "headline", "no"),
            in_headline("nobody saw it coming", "teaser"),
            in_body("Port officials", "source:anonymous"),
            ferry,
            choice("claim", "body", "yes", of=ferry),
            choice("attributed", "body", "no", of=ferry),
            said,
            choice("attributed", "body", "yes", of=said),
            by={"id": 4, "email": "ana@desk.example"},
        )
    )
    done, (row,) = imported(write(tmp_path / "export.json", [given]), tmp_path / "out")
    assert not done.unreadable
    assert (row["review"], row["loaded"], row["raters"]) == ([1.0], [0.0], ["ana@desk.example"])
    assert words(row) == {("headline", "framing", "nobody saw it coming", "teaser"), ("body", "source", "Port officials", "anonymous")}
    assert sentence(row, "The ferry") == {"claim": [1.0], "attributed": [0.0]}
    assert sentence(row, "Port officials said") == {"attributed": [1.0]}
    assert row["tags"] == {"headline": ["framing"], "body": ["source"]}
    assert {vote["time"] for vote in row["answers"]} == {"2026-11-29T10:00:00Z"}


def test_a_verdict_marks_what_it_settles(tmp_path: Path) -> None:
    given = task(annotation(in_body("The ferry sank on Monday.", "unsourced"), in_body("It was a sad day", "not_a_claim")))
    _, (row,) = imported(write(tmp_path / "export.json", [given]), tmp_path / "out")
    assert sentence(row, "The ferry") == {"claim": [1.0], "attributed": [0.0], "needs_source": [1.0]}
    assert sentence(row, "It was") == {"claim": [0.0]}


def test_a_tag_that_the_file_uses_was_asked_of_every_text(tmp_path: Path) -> None:
    other = {"headline": "Rain is likely", "body": "It may rain. It may not."}
    given = [
        task(annotation(in_body("Port officials", "source"), in_body("said", "cue"))),
        task(annotation(by=1), **other),
        task(annotation(was_cancelled=True), headline="Nobody looked at this"),
    ]
    done, (first, second) = imported(write(tmp_path / "export.json", given), tmp_path / "out")
    assert first["tags"] == second["tags"] == {"headline": [], "body": ["cue", "source"]}
    assert second["spans"] == []
    assert done.files[0].unanswered == 1


def test_raters_who_differ_leave_what_most_of_them_mark(tmp_path: Path) -> None:
    given = task(
        annotation(in_body("Port officials", "source"), choice("review", "headline", "yes"), by=1),
        annotation(in_body("officials", "source"), choice("review", "headline", "no"), by=2),
        annotation(in_body("officials said", "source"), choice("review", "headline", "yes"), by=3),
    )
    done, (row,) = imported(write(tmp_path / "export.json", [given]), tmp_path / "out")
    assert words(row) == {("body", "source", "officials", None)}
    assert sorted(row["review"]) == [0.0, 1.0, 1.0]
    assert done.conflicts == 2
    assert row["raters"] == ["label-studio:1", "label-studio:2", "label-studio:3"]


@pytest.mark.parametrize("unit", ["code points", "utf-16"])
def test_characters_beyond_the_basic_plane_move_no_span(tmp_path: Path, unit: str) -> None:
    body = "🚢🌊 The ferry sank. Officials said so 😀."
    start = body.index("Officials") + (2 if unit == "utf-16" else 0)
    span = region("spans", "body", "Officials", "source", text=body, start=start, end=start + len("Officials"))
    _, (row,) = imported(write(tmp_path / "export.json", [task(annotation(span), body=body)]), tmp_path / "out")
    assert words(row) == {("body", "source", "Officials", None)}


def test_ratings_are_strengths(tmp_path: Path) -> None:
    def rated(stars: int) -> dict[str, Any]:
        return {"id": "x", "from_name": "sensational", "to_name": "headline", "type": "rating", "value": {"rating": stars}}

    path = write(tmp_path / "export.json", [task(annotation(rated(2), by=1), annotation(rated(5), by=2))])
    done, (row,) = imported(path, tmp_path / "out", stars=5)
    assert (row["sensational"], done.unreadable) == ([0.25, 1.0], [])
    done, found = imported(path, tmp_path / "none")
    assert (found, [one.source.rpartition("/")[2] for one in done.unreadable]) == (
        [],
        ["export.json: task 1, annotation 1", "export.json: task 1, annotation 2"],
    )
    assert "--stars" in done.unreadable[0].message


def test_names_of_theirs_are_mapped(tmp_path: Path) -> None:
    given = task(
        annotation(
            in_body("Port officials", "Organisation"),
            in_body("Monday", "Weekday"),
            choice("tone", "headline", "Clickbaity"),
            choice("needs review", "headline", "perhaps"),
        )
    )
    path = write(tmp_path / "export.json", [given])
    with pytest.raises(DataError, match="none of presscheck's") as refusal:
        imported(path, tmp_path / "out")
    for name in ("Organisation", "Weekday", "Clickbaity", "perhaps"):
        assert f"'{name}'" in str(refusal.value)
    assert not (tmp_path / "out" / "articles.jsonl").exists()
    mapping = {"organisation": "source:named", "Weekday": "ignore", "clickbaity": "clickbait", "needs-review": "review", "perhaps": "0.5"}
    _, (row,) = imported(path, tmp_path / "out", labels=mapping)
    assert (row["clickbait"], row["review"]) == ([1.0], [0.5])
    assert words(row) == {("body", "source", "Port officials", "named")}


def test_a_mapping_to_nothing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "export.json", [task()])
    with pytest.raises(DataError, match="--label PERSON=speaker: give THEIRS=OURS"):
        imported(path, tmp_path / "out", labels={"PERSON": "speaker"})


BROKEN = {
    "offsets outside": (region("spans", "body", "Port", "source", text=BODY, start=900, end=904), "no place at 900 to 904"),
    "other words": (region("spans", "body", "Port", "source", text=BODY, start=0, end=4), "with the words 'Port'"),
    "a tag of the other part": (region("spans", "headline", "ruins", "source", text=HEADLINE), "source is not marked in a headline"),
    "a label of sentences": (choice("claim", "body", "yes"), "the body has 3"),
    "a label of headlines": (choice("sensational", "body", "yes", of=in_body("It was", "x")), "asked of headlines"),
    "regions of HTML": ({"type": "hypertextlabels", "from_name": "x", "value": {"start": "/p[1]"}}, "no offsets into a text"),
    "no type": ({"from_name": "x", "value": {}}, "Field required"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_named_and_the_rest_is_kept(tmp_path: Path, name: str) -> None:
    result, problem = BROKEN[name]
    given = [task(annotation(choice("review", "headline", "no"))), task(annotation(choice("review", "headline", "yes"), result, by=2))]
    done, (row,) = imported(write(tmp_path / "export.json", given), tmp_path / "out")
    ((source, message),) = [(one.source, one.message) for one in done.unreadable]
    assert source.endswith("export.json: task 2")
    assert problem in message
    assert row["review"] == [0.0]


def test_a_torn_line_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(task(annotation(choice("review", "headline", "no")))) + '\n{"data": {"headline": "torn\n')
    done, (row,) = imported(path, tmp_path / "out")
    assert (row["review"], len(done.unreadable)) == ([0.0], 1)
    assert "not JSON from column" in done.unreadable[0].message


def test_json_min_says_the_same_as_json(tmp_path: Path) -> None:
    marked = in_body("Port officials", "source")["value"]
    teaser = in_headline("nobody saw it coming", "teaser")["value"]
    about = {"annotator": 1, "annotation_id": 7, "created_at": TIME, "updated_at": TIME, "lead_time": 3.0}
    minimal = {"id": 11, "headline": HEADLINE, "body": BODY, "spans": [marked, teaser], "review": "yes", **about}
    full = task(
        annotation(in_body("Port officials", "source"), in_headline("nobody saw it coming", "teaser"), choice("review", "headline", "yes"))
    )
    _, (one,) = imported(write(tmp_path / "full.json", [full]), tmp_path / "one")
    _, (two,) = imported(write(tmp_path / "min.json", [minimal]), tmp_path / "two")
    for row in (one, two):
        for vote in row["answers"]:
            del vote["source"]
    assert one == two


def test_an_article_keeps_its_id_in_either_export(tmp_path: Path) -> None:
    data = {"item": "q-00001", "id": "n402", "article_id": "n402", "headline": HEADLINE, "body": BODY, "probability": 0.25}
    about = {"annotator": 1, "annotation_id": 7, "updated_at": TIME}
    full = task(annotation(choice("review", "headline", "yes")), **data)
    for name, given in (("json", full), ("min", {**data, "id": 3, "review": "yes", **about})):
        _, (row,) = imported(write(tmp_path / f"{name}.json", [given]), tmp_path / name)
        assert (row["id"], row["probability"], row["review"]) == ("n402", 0.25, [1.0])


def test_json_min_without_the_regions_of_choices_is_named(tmp_path: Path) -> None:
    about = {"annotator": 1, "annotation_id": 7, "updated_at": TIME}
    minimal = {"id": 11, "body": BODY, "claim": ["yes", "no"], **about}
    done, found = imported(write(tmp_path / "min.json", [minimal]), tmp_path / "out")
    assert (found, "export as JSON" in done.unreadable[0].message) == ([], True)


def test_what_a_tool_says_beside_labels(tmp_path: Path) -> None:
    note = {"id": "n", "from_name": "note", "to_name": "body", "type": "textarea", "value": {"text": ["unclear who", "says so"]}}
    link = {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right"}
    done, (row,) = imported(write(tmp_path / "export.json", [task(annotation(note, link))]), tmp_path / "out")
    assert [remark["text"] for remark in row["remarks"]] == ["unclear who says so"]
    assert done.unused == {"results of the type relation": 1}
