"""A project for people, their exports, and the gold labels made of them."""

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from annotation_support import annotation, choice, region, write
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.eval.gold.measure import measure_gold
from presscheck.eval.gold.people import read_exports
from presscheck.eval.gold.reader import read_gold
from presscheck.serve.scorer import Scorer

RECORDED = Path(__file__).parents[1] / "assets" / "label-studio-1.23.2.json"
ROWS = [
    {
        "id": "quay",
        "headline": "😱 Quay in ruins",
        "body": "The quay closed on Monday. A clerk said that nobody knows why. Half of all ships turn back.",
    },
    {"id": "levy", "headline": "Levy passes", "body": "The council passed the levy. Rents will double, experts say."},
    {"id": "=half", "headline": "A headline alone", "body": ""},
]
Answers = Callable[[dict[str, Any]], list[dict[str, Any]]]


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["data", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def project(tmp_path: Path) -> Path:
    code, shown = run("annotate", write(tmp_path / "in.jsonl", ROWS), "--out", tmp_path / "project")
    assert (code, "2 of 2 articles; 1 without a headline or a body" in shown) == (0, True), shown
    return tmp_path / "project"


def answers(strength: str, codes: dict[str, str], review: str, *, framing: str = "") -> Answers:
    """What somebody answers to each task; `codes` are by the first word of a sentence."""

    def of(data: dict[str, Any]) -> list[dict[str, Any]]:
        marked = (
            [region("framing", "headline", framing, "framing", text=data["headline"])] if framing in data["headline"] and framing else []
        )
        sentences = [
            choice(f"verdict_{number}", f"sentence_{number}", codes[one["text"].split()[0]])
            for number, one in enumerate(data["sentences"])
            if one["text"].split()[0] in codes
        ]
        return [choice("strength", "headline", strength), *marked, *sentences, choice("review", "headline", review)]

    return of


ANA = answers("2", {"The": "O", "A": "A", "Half": "U", "Rents": "V"}, "1", framing="in ruins")
BEN = answers("2", {"The": "O", "A": "V", "Half": "U", "Rents": "V"}, "1", framing="ruins")


def export(project: Path, name: str, *people: Answers, by: int = 1) -> Path:
    """The project's export: each person's annotation of every task."""
    tasks = json.loads((project / "tasks.json").read_text(encoding="utf-8"))
    rows = [
        {**one, "id": number, "annotations": [annotation(*person(one["data"]), by=by + k) for k, person in enumerate(people)]}
        for number, one in enumerate(tasks)
    ]
    return write(project / name, rows)


def disagreements(folder: Path) -> list[dict[str, str]]:
    with (folder / "disagreements.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def decide(folder: Path, decision: str) -> None:
    rows = [{**row, "decision": decision} for row in disagreements(folder)]
    with (folder / "disagreements.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_the_project_is_blind_and_asks_every_sentence(project: Path) -> None:
    tasks = json.loads((project / "tasks.json").read_text(encoding="utf-8"))
    assert [set(one) for one in tasks] == [{"data"}, {"data"}], "no prediction"
    data = tasks[0]["data"]
    assert [data["body"][one["start"] : one["end"]] for one in data["sentences"]] == [one["text"] for one in data["sentences"]]
    assert len(data["sentences"]) == 3
    root = ET.fromstring((project / "labelling.xml").read_text(encoding="utf-8"))
    (repeater,) = root.iter("Repeater")
    asked = {one.get("name"): [choice.get("alias") for choice in one] for one in root.iter("Choices")}
    assert asked == {"strength": list("0123"), "verdict_{{idx}}": list("NAVSUO"), "review": ["1", "0", "0.5"]}
    assert [one.get("name") for one in repeater.iter("Choices")] == ["verdict_{{idx}}"]
    named = {one.get("name") for one in root.iter("Text")}
    assert {one.get("toName") for one in root.iter() if one.get("toName")} <= named
    assert "2 articles" in (project / "README.md").read_text(encoding="utf-8")


def test_an_export_of_label_studio_itself_is_read() -> None:
    """Labelled in the browser interface of Label Studio 1.23.2, in a project made of these files, and exported as JSON."""
    found = read_exports([(None, RECORDED)])
    task = found.tasks["market.txt"]
    (reading,) = found.readings["market.txt"].values()
    assert [task.headline[start:end] for start, end in reading.framing] == ["brutal raid"], "offsets are code points, behind an emoji too"
    assert (reading.rater, reading.strength, reading.review) == ("label-studio:1", 2, 0.5)
    assert reading.verdicts == {0: "A", 1: "U", 2: "V"}


def test_a_project_that_people_may_be_labelling_is_not_overwritten(project: Path, tmp_path: Path) -> None:
    before = (project / "tasks.json").read_bytes()
    code, shown = run("annotate", tmp_path / "in.jsonl", "--out", project)
    assert (code, "give another --out" in shown, (project / "tasks.json").read_bytes()) == (2, True, before)


def test_the_draw_is_random_and_repeatable(tmp_path: Path) -> None:
    pool = write(tmp_path / "pool.jsonl", [{**ROWS[1], "id": f"a{number}"} for number in range(30)])
    drawn = []
    for number, seed in enumerate((1, 1, 2)):
        assert run("annotate", pool, "--out", tmp_path / str(number), "--count", 5, "--seed", seed)[0] == 0
        tasks = json.loads((tmp_path / str(number) / "tasks.json").read_text())
        drawn.append([one["data"]["article_id"] for one in tasks])
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 5


@pytest.mark.parametrize("one_project", [True, False])
def test_two_peoples_labels_become_gold(project: Path, tmp_path: Path, one_project: bool) -> None:
    files = (
        [export(project, "both.json", ANA, BEN)]
        if one_project
        else [f"ana={export(project, 'a.json', ANA)}", f"ben={export(project, 'b.json', BEN)}"]
    )
    code, shown = run("gold", *files, "--out", tmp_path / "gold")
    assert code == 0, shown
    gold = read_gold(tmp_path / "gold")
    assert [(one.id, one.strength) for one in gold.headlines] == [("quay", (2, 2)), ("levy", (2, 2))]
    assert gold.headlines[0].framing == (("in ruins",), ("ruins",))
    quay = gold.articles[0]
    assert [quay.body[one.start : one.end].split()[0] for one in quay.segments] == ["The", "A", "Half"]
    assert [one.verdict for one in quay.segments] == [("O", "O"), ("A", "V"), ("U", "U")]
    assert (quay.segments[1].code, quay.review) == (None, (1.0, 1.0))
    (line,) = disagreements(tmp_path / "gold")
    names = ("label-studio:1", "label-studio:2") if one_project else ("ana", "ben")
    assert (line["id"], line["question"], line["until_decided"]) == ("quay", "sentence 1", "not counted")
    assert line["answers"] == f"{names[0]}=A; {names[1]}=V"
    found = json.loads((tmp_path / "gold" / "agreement.json").read_text())
    assert found["sentence: code"]["agreeing"] == pytest.approx(4 / 5)
    assert found["framing in the headline"]["agreeing"] == pytest.approx(1 - 3 / (len(ROWS[0]["headline"]) + len(ROWS[1]["headline"])))
    assert "1 questions differ, 1 wait for a decision" in shown


def test_what_a_mean_would_decide_waits_for_a_decision(project: Path, tmp_path: Path) -> None:
    carla = answers("1", {"The": "O", "A": "A", "Half": "U", "Rents": "V"}, "0")
    files = [f"ana={export(project, 'a.json', ANA)}", f"carla={export(project, 'c.json', carla)}"]
    out = tmp_path / "gold"
    code, shown = run("gold", *files, "--out", out)
    assert (code, "4 questions differ, 4 wait" in shown) == (0, True), shown
    assert [(out / name).read_text() for name in ("headlines.jsonl", "articles.jsonl")] == ["", ""]
    assert {(row["question"], row["until_decided"]) for row in disagreements(out)} == {("strength", "left out"), ("review", "left out")}
    decide(out, "1")
    code, shown = run("gold", *files, "--out", out)
    assert (code, "4 questions differ, 0 wait" in shown) == (0, True), shown
    gold = read_gold(out)
    assert {one.strength for one in gold.headlines} == {(1,)}
    assert {one.review for one in gold.articles} == {(1.0,)}
    (row, _) = map(json.loads, (out / "headlines.jsonl").read_text().splitlines())
    assert (row["votes"], row["raters"]) == (["2", "1"], ["ana", "carla"])
    assert {row["decision"] for row in disagreements(out)} == {"1"}


def test_what_one_person_left_out_is_counted_and_in_no_file(project: Path, tmp_path: Path) -> None:
    hasty = answers("2", {"The": "O"}, "1")
    files = [f"ana={export(project, 'a.json', ANA)}", f"hasty={export(project, 'h.json', hasty)}"]
    code, shown = run("gold", *files, "--out", tmp_path / "gold")
    assert (code, "3 questions that fewer than two people answered" in shown) == (0, True), shown
    assert [len(one.segments) for one in read_gold(tmp_path / "gold").articles] == [1, 1]


def changed(project: Path, change: Callable[[list[Any]], None]) -> Path:
    path = export(project, "changed.json", BEN)
    rows = json.loads(path.read_text(encoding="utf-8"))
    change(rows)
    return write(path, rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda rows: rows[0]["data"].update(body="." + rows[0]["data"]["body"]),
            "is not what stands there in the body",
        ),
        (lambda rows: rows[0]["data"].update(headline="Another"), "has another text here than in another export"),
        (lambda rows: rows[0]["annotations"][0]["result"].append(choice("verdict_9", "sentence_9", "A")), "no sentence for 'verdict_9'"),
        (lambda rows: rows[0]["annotations"][0]["result"].append(choice("verdict_0", "sentence_0", "Q")), "['Q'] is none of N, A, V"),
        (lambda rows: rows[0]["annotations"][0]["result"].append(choice("mood", "headline", "A")), "'mood' is no question"),
        (lambda rows: rows.__setitem__(0, {"id": 1, "annotation_id": 2, "annotator": 3}), "not JSON-MIN"),
    ],
)
def test_an_export_that_does_not_fit_is_refused_before_anything_is_written(
    project: Path, tmp_path: Path, change: Callable[[list[Any]], None], message: str
) -> None:
    ana = export(project, "a.json", ANA)
    code, shown = run("gold", f"ana={ana}", f"ben={changed(project, change)}", "--out", tmp_path / "gold")
    assert (code, message in shown, "changed.json: task 1" in shown) == (2, True, True), shown
    assert not (tmp_path / "gold").exists()


def test_two_people_with_one_name_are_not_taken_for_one(project: Path, tmp_path: Path) -> None:
    code, shown = run("gold", export(project, "a.json", ANA), export(project, "b.json", BEN), "--out", tmp_path / "gold")
    assert (code, "if these are two people, name them (ana=" in shown) == (2, True), shown
    code, shown = run("gold", export(project, "a.json", ANA), "--out", tmp_path / "gold")
    assert (code, "gold labels need two people" in shown) == (2, True), shown


def test_a_decision_that_is_no_answer_is_refused(project: Path, tmp_path: Path) -> None:
    files = [f"ana={export(project, 'a.json', ANA)}", f"ben={export(project, 'b.json', BEN)}"]
    assert run("gold", *files, "--out", tmp_path / "gold")[0] == 0
    decide(tmp_path / "gold", "maybe")
    before = (tmp_path / "gold" / "disagreements.csv").read_bytes()
    code, shown = run("gold", *files, "--out", tmp_path / "gold")
    assert (code, "disagreements.csv:2: 'maybe' is no decision on sentence 1; give one of N, A, V, S, U, O" in shown) == (2, True), shown
    assert (tmp_path / "gold" / "disagreements.csv").read_bytes() == before
    decide(tmp_path / "gold", "v")
    assert run("gold", *files, "--out", tmp_path / "gold")[0] == 0
    assert read_gold(tmp_path / "gold").articles[0].segments[1].code == "V"


def test_the_figures_are_measured_on_them(project: Path, tmp_path: Path, tiny_scorer: Scorer) -> None:
    assert run("gold", export(project, "both.json", ANA, BEN), "--out", tmp_path / "gold")[0] == 0
    report = measure_gold(tiny_scorer, read_gold(tmp_path / "gold"))
    assert (report.headlines, report.articles, report.sentences) == (2, 2, 5)
    (flag,) = [one for one in report.figures if one.key == "sentence_flag"]
    assert (flag.n, flag.positive) == (4, 2), "the sentence on which they differ is not counted"
