"""The YAML in front of the cards, as model hubs parse it."""

from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard, ModelCard
from tests_support import STARTER

from presscheck.data.bootstrap import Estimate
from presscheck.data.starter import read_starter
from presscheck.eval.page.card import as_card
from presscheck.eval.report import Report, Row
from presscheck.eval.speed import Speed
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Manifest

METRICS = {
    name: Estimate(value, 0.7, 0.9) for name, value in (("f1", 0.81234), ("average_precision", 0.9), ("roc_auc", None), ("ece", 0.1))
}


@pytest.fixture
def report() -> Report:
    rows = tuple(Row(output, system, 40, 14, METRICS) for output in ("label/claim", "tag/source") for system in ("model", "shape"))
    speed = Speed(1000.0, "f32", 2, "a processor")
    return Report("tiny-1", "test", rows, rules={}, labels=(), risk=None, policies=(), behaviour=(), fairness=None, speed=speed)


def trained_with(manifest: Manifest, *, data: dict[str, Any] | None = None, **model: Any) -> Manifest:
    config = {**manifest.config, "model": {**manifest.config["model"], **model}}
    return manifest.model_copy(update={"config": config, "data": {**manifest.data, **(data or {})}})


def front_matter(card: ModelCard | DatasetCard) -> dict[str, Any]:
    """The YAML of a card that the hub's library has read without an error."""
    found: dict[str, Any] = yaml.safe_load(str(card.data))
    return found


def read(report: Report, manifest: Manifest) -> dict[str, Any]:
    return front_matter(ModelCard(as_card(report, manifest), ignore_metadata_errors=False))


def test_the_model_card_has_what_a_hub_reads(report: Report, tiny_bundle: Bundle) -> None:
    manifest = trained_with(tiny_bundle.manifest, encoder="minilm-l6", random_init=False)
    found = read(report, manifest)
    about = {name: found[name] for name in ("license", "language", "library_name", "base_model", "datasets", "metrics")}
    assert about == {
        "license": "apache-2.0",
        "language": "en",
        "library_name": "presscheck",
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "datasets": ["starter"],
        "metrics": ["f1", "average_precision", "roc_auc"],
    }
    (model,) = found["model-index"]
    assert model["name"] == manifest.version
    assert {(one["task"]["type"], one["dataset"]["split"]) for one in model["results"]} == {
        ("text-classification", "test"),
        ("token-classification", "test"),
    }
    figures = [(metric["name"], metric["value"]) for one in model["results"] for metric in one["metrics"]]
    expected = [
        (f"{metric}, {name}", value) for name in ("claim", "source") for metric, value in (("F1", 0.8123), ("average precision", 0.9))
    ]
    assert figures == expected, "what could not be measured is left out, and so are the baselines"


@pytest.mark.parametrize(
    ("model", "data"),
    [
        ({"encoder": "minilm-l6", "random_init": False}, {"licences": ["Apache-2.0", "CC-BY-4.0"]}),
        ({"encoder": "minilm-l6", "random_init": False}, {"non_commercial": ["webis"]}),
        ({"encoder": "desk/own-encoder", "random_init": False}, {}),
    ],
)
def test_a_licence_is_claimed_only_where_it_is_known(
    report: Report, tiny_bundle: Bundle, model: dict[str, Any], data: dict[str, Any]
) -> None:
    found = read(report, trained_with(tiny_bundle.manifest, data=data, **model))
    assert (found["license"], "Apache-2.0" in found["license_details"]) == ("other", True)


def test_a_local_encoder_is_no_base_model(report: Report, tiny_bundle: Bundle) -> None:
    local = trained_with(tiny_bundle.manifest, encoder="tests/assets/tiny-encoder", random_init=False)
    assert "base_model" not in read(report, local)
    named = trained_with(tiny_bundle.manifest, encoder="desk/own-encoder", random_init=False)
    assert read(report, named)["base_model"] == "desk/own-encoder"


def test_the_starter_corpus_card_has_what_a_hub_reads() -> None:
    text = (STARTER / "CARD.md").read_text(encoding="utf-8")
    found = front_matter(DatasetCard(text, ignore_metadata_errors=False))
    assert (found["license"], found["language"]) == ("apache-2.0", ["en"])
    assert {"pretty_name", "task_categories", "annotations_creators", "source_datasets", "tags"} <= found.keys()
    rows = len(read_starter())
    assert found["size_categories"] == ["1K<n<10K"], rows
    assert 1_000 < rows < 10_000
