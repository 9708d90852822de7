"""The page and the card, from a report of the tiny model."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.bootstrap import Estimate
from presscheck.eval.behaviour.fairness import Fairness, Gap
from presscheck.eval.behaviour.suite import Outcome
from presscheck.eval.calibration import Bin, BrierParts
from presscheck.eval.faithfulness import Faithfulness
from presscheck.eval.genre import GenreReport
from presscheck.eval.page.card import as_card
from presscheck.eval.page.html import as_html, tint
from presscheck.eval.policies import PolicyFlag
from presscheck.eval.report import Calibration, Domain, LabelReport, Report, Row
from presscheck.eval.slices import Slice
from presscheck.eval.speed import Speed
from presscheck.eval.worst_errors import Suspect, Word, WrongItem
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Manifest

GOLDEN = Path("tests/assets/model-card.md")
FIGURE = Estimate(0.8, 0.75, 0.85)
FAITHFUL = ("comprehensiveness", "comprehensiveness at random", "sufficiency", "sufficiency at random", "falls more")
METRICS = dict.fromkeys(("precision", "recall", "f1", "average_precision", "roc_auc", "ece", "brier"), FIGURE)


@pytest.fixture
def report() -> Report:
    label = LabelReport(
        "sensational",
        n=40,
        calibration=Calibration(
            0.03,
            0.02,
            BrierParts(0.1, 0.001, 0.1, 0.2),
            (Bin(0.1, 0.2, 20), Bin(0.8, 0.7, 20)),
            noise_floor=None,
            domains=(Domain("in domain", 30, 0.01, 0.03, 0.02), Domain("outlets not trained on", 10, 0.1, 0.12, 0.05)),
        ),
        slices=(
            Slice("genre", "blog", 20, 12, 0.4, 0.2, 0.6, Estimate(0.5, 0.2, 0.8), 0.1, 0.01, {"shape": 0.45}),
            Slice("region", "africa", 24, 2, 0.1, 0.0, 0.3, Estimate(0.05, 0.0, 0.2), 0.0, 1.0, {"shape": 0.2}),
        ),
        left_out={"names a religion": 3},
        coverage=((0.5, 0.0), (1.0, 0.2)),
        capacity={"model": {0.1: 1.0}, "shape": {0.1: 0.5}},
        errors=(WrongItem("sensational", "d1", 1.0, 0.1, (Word("<b>Ferry ", 0.4), Word("sinks", -0.3))),),
        suspects=(Suspect("sensational", "d2", "Ferry & co <script>", 0.0, 0.9, 0.1),),
    )
    flag = PolicyFlag("balanced", "sensational", 0.6, 0.85, 0.77, 40, 10, 0.7, 0.4, 0.9, 0.5, holds=False, baselines={"shape": 0.5})
    risk = replace(label, label="risk", slices=(), errors=(), suspects=(), capacity={"model": {0.1: 0.9}})
    outcome = Outcome("typos", "invariance", n=50, failures=9, failure_rate=0.18, bound=0.1, drift=0.05, worst=())
    gap = Gap("countries", 36, {"Peru": 0.1, "Mali": 0.0}, {"Peru": 0.2, "Mali": 0.15})
    rows = (Row("label/sensational", "model", 40, 14, METRICS), Row("label/sensational", "shape", 40, 14, METRICS))
    return Report(
        "tiny-1",
        "test",
        rows,
        rules={"headline_form": FIGURE},
        labels=(label,),
        risk=risk,
        policies=(flag,),
        behaviour=(outcome,),
        fairness=Fairness((gap,), 0.05),
        speed=Speed(1000.0, "f32", 2, "a processor"),
        faithfulness=(Faithfulness("flagged", 12, 3, 2, 0.25, dict.fromkeys(FAITHFUL, FIGURE)),),
    )


@pytest.fixture
def manifest(tiny_bundle: Bundle) -> Manifest:
    """The tiny model's, without what differs from one machine or training to the next."""
    changes = {"version": "tiny-1", "config_sha256": "c" * 64, "data_sha256": "d" * 64, "weights_sha256": "e" * 64}
    data = {
        "documents": {"train": 200, "dev": 30, "test": 60},
        "sources": {"starter": 290},
        "licences": ["Apache-2.0"],
        "non_commercial": [],
    }
    return tiny_bundle.manifest.model_copy(
        update={
            **changes,
            "data": data,
            "versions": {"presscheck": "0.1.0"},
            "training_seconds": 600.0,
            "training_threads": 2,
        }
    )


def test_the_card_is_the_golden_one(report: Report, manifest: Manifest) -> None:
    assert as_card(report, manifest) == GOLDEN.read_text(encoding="utf-8")


def test_the_card_names_data_that_rules_out_commercial_use(report: Report, manifest: Manifest) -> None:
    data = {**manifest.data, "non_commercial": ["babe", "webis"]}
    card = as_card(report, manifest.model_copy(update={"data": data}))
    assert "Not for commercial use" in card
    assert "babe, webis" in card


def test_training_time_names_its_threads_where_they_are_known(report: Report, manifest: Manifest) -> None:
    assert "took 10 minutes on 2 threads;" in as_card(report, manifest)
    assert "took 10 minutes on 2 threads;" in as_html(report, manifest)
    unknown = manifest.model_copy(update={"training_threads": None})
    assert "took 10 minutes;" in as_card(report, unknown)


def test_the_page_shows_the_smallest_slice_and_what_was_left_out(report: Report, manifest: Manifest) -> None:
    page = as_html(report, manifest)
    assert "the smallest here has 20" in page
    assert "names a religion (3)" in page
    assert "outlets not trained on" in page
    assert "No outlet or corpus of this test split is new" not in page


def test_the_page_escapes_texts_and_asks_nothing_of_the_network(report: Report, manifest: Manifest) -> None:
    page = as_html(report, manifest)
    assert "<b>Ferry" not in page
    assert "<script" not in page
    assert "&lt;b&gt;Ferry" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert "Some checks fail" in page
    held = replace(report, policies=(), behaviour=(), fairness=None)
    assert "Every check of policies" in as_html(held, manifest)


def test_the_page_says_whether_marked_words_explain_the_score(report: Report, manifest: Manifest) -> None:
    page = as_html(report, manifest)
    assert "Do the marked words explain the score?" in page
    assert "flagged: 3 in which no word is marked, 2 in which every word is." in page
    assert "Do the marked words" not in as_html(replace(report, faithfulness=()), manifest)
    assert {f"test/faithfulness/flagged/{name}" for name in FAITHFUL} <= report.flat().keys()


def test_words_are_tinted_by_side_and_strength() -> None:
    assert "214" in tint(Word("shock", 0.4))
    assert "200" in tint(Word("said", -0.4))
    assert tint(Word("the", 0.001)) == ""


def test_eval_writes_its_folder(tiny_bundle: Bundle, tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["eval", str(tiny_bundle.path), "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.html", "report.json", "MODEL_CARD.md"}


def test_the_page_and_the_card_say_which_genres_are_taken_for_which(report: Report, manifest: Manifest) -> None:
    genre = GenreReport(12, FIGURE, {"news": {"news": 9, "opinion": 1}, "satire": {"news": 1, "satire": 1}}, {"news": 0, "satire": 1})
    found = replace(report, genre=genre)
    page = as_html(found, manifest)
    assert "Genre of an article" in page
    assert "0.90" in page.partition("Genre of an article")[2].partition("What it costs")[0]
    assert "recall news 0.90, satire 0.50" in as_card(found, manifest)
    assert found.flat()["test/genre/macro_f1"] == FIGURE.value
