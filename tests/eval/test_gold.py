"""What flags are worth on labels of real news: the format, the figures, and the command that prints them."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from presscheck.configs.policies import GoldMeasure
from presscheck.data.errors import DataError
from presscheck.eval.gold.measure import area, measure_gold, rates
from presscheck.eval.gold.reader import read_gold
from presscheck.serve.scorer import Scorer

BODY = "The quay closed on Monday. Nobody knows why, a clerk said."
HEADLINE = {"id": "h1", "headline": "Quay closes", "strength": [0, 1], "framing": [[], []], "seen_by": "desk"}
ARTICLE: dict[str, Any] = {
    "id": "a1",
    "headline": "Quay closes",
    "body": BODY,
    "segments": [
        {"start": 0, "end": 26, "verdict": ["O", "O"]},
        {"start": 27, "end": len(BODY), "verdict": ["A", "V"]},
    ],
    "review": [0, 1],
}


def gold(folder: Path, *, headlines: list[dict[str, Any]] | None = None, articles: list[Any] | None = None) -> Path:
    for name, rows in (("headlines", headlines), ("articles", articles)):
        if rows is not None:
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_rates_and_area_are_those_of_a_count_by_hand() -> None:
    truth, flagged = [True, True, False, False, True], [True, False, True, False, True]
    groups = list("abcde")
    found = rates("flag", "flag", truth, flagged, groups).values
    assert found["precision"].value == pytest.approx(2 / 3)
    assert found["recall"].value == pytest.approx(2 / 3)
    assert found["flagged"].value == pytest.approx(3 / 5)
    assert found["precision"].lower is not None
    assert area("p", "p", truth, [0.9, 0.2, 0.3, 0.1, 0.8], groups).values["auc"].value == pytest.approx(5 / 6)
    assert area("p", "p", [True, True], [0.1, 0.2], ["a", "b"]).values["auc"].value is None


def test_passes_that_disagree_are_no_truth_and_their_means_decide(tmp_path: Path) -> None:
    found = read_gold(gold(tmp_path, headlines=[HEADLINE], articles=[ARTICLE]))
    assert not found.headlines[0].is_sensational
    assert [segment.code for segment in found.articles[0].segments] == ["O", None]
    assert found.articles[0].is_reviewed
    undecided, no = ({**ARTICLE, "review": review} for review in ([0.5, 0.5], [0.5, 0]))
    found = read_gold(gold(tmp_path, headlines=[HEADLINE], articles=[undecided, no]))
    assert [article.is_reviewed for article in found.articles] == [True, False]


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    outside = {**ARTICLE, "segments": [{"start": 0, "end": 900, "verdict": ["O"]}]}
    unknown = {**ARTICLE, "segments": [{"start": 0, "end": 9, "verdict": ["Q"]}]}
    with pytest.raises(DataError) as error:
        read_gold(gold(tmp_path, articles=[ARTICLE, outside, unknown]))
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{tmp_path}/articles.jsonl:{n}" for n in (2, 3)]
    assert "is outside the body" in lines[0]
    with pytest.raises(DataError, match="no gold labels here"):
        read_gold(tmp_path / "nowhere")


def test_figures_of_a_scored_folder(tmp_path: Path, tiny_scorer: Scorer) -> None:
    bodies = [{**ARTICLE, "id": f"a{n}", "review": [n % 2]} for n in range(6)]
    for n, row in enumerate(bodies):
        row["segments"] = [
            {"start": 0, "end": 26, "verdict": ["UO"[n % 2]]},
            {"start": 27, "end": 40, "verdict": ["AVS"[n % 3]]},
        ]
    heads = [{**HEADLINE, "id": f"h{n}", "strength": [3 * (n % 2)], "framing": [["Quay"]]} for n in range(6)]
    report = measure_gold(tiny_scorer, read_gold(gold(tmp_path, headlines=heads, articles=bodies)))
    figures = {figure.name: figure for figure in report.figures}
    assert (report.headlines, report.articles, report.sentences) == (6, 6, 12)
    assert figures["headline flag"].positive == 3
    assert (figures["sentence flag"].n, figures["sentence flag"].positive) == (12, 7)
    assert figures["sensational"].values["auc"].value == pytest.approx(0.5), "one headline, so no order"
    assert figures["needs_source, among the author's own claims"].n == 6
    assert figures["vague sources found as vague"].n == 2
    assert set(get_args(GoldMeasure)) == report.measures().keys()
    only_heads = tmp_path / "heads"
    only_heads.mkdir()
    names = {figure.name for figure in measure_gold(tiny_scorer, read_gold(gold(only_heads, headlines=heads))).figures}
    assert names == {"headline flag", "sensational", "framing words, characters"}
