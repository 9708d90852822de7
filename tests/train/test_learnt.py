"""Labels and tags that the data cannot teach: said, left null, and never shown."""

from collections.abc import Sequence
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.schema import TrainConfig
from presscheck.data.article import Article
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document, Segment, Span
from presscheck.data.text.segmentation import segment_body
from presscheck.serve.assemble import Assembler
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.manifest import FLAGS, Manifest, flags_of
from presscheck.serve.predict import PartScores, SegmentScores
from presscheck.serve.prior import Prior
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer
from presscheck.train.learnt import MIN_OF_EACH, what_is_learnt

OPTIONS = TrainConfig()


def documents(positives: int, negatives: int, *, label: str = "loaded") -> list[Document]:
    values = [1.0] * positives + [0.0] * negatives
    return [Document(f"{n}", f"{n}", "t", "", (Segment("The ferry sank.", "sentence", {label: value}),)) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("train", "dev", "reason"),
    [
        ((60, 60), (5, 5), None),
        ((0, 60), (5, 5), "train has 0 texts with it and 60 without"),
        ((60, 0), (5, 5), "train has 60 texts with it and 0 without"),
        ((4, 60), (5, 5), "train has 4 texts with it and 60 without"),
        ((60, 60), (5, 4), "dev has 5 texts with it and 4 without"),
        ((60, 60), (0, 0), "dev has 0 texts with it and 0 without"),
    ],
)
def test_a_label_needs_a_handful_of_both_kinds_in_train_and_dev(train: tuple[int, int], dev: tuple[int, int], reason: str | None) -> None:
    found = what_is_learnt(documents(*train), documents(*dev), OPTIONS)
    assert found.labels == (() if reason else ("loaded",))
    assert found.missing == ({"label/loaded": reason} if reason else {}), "what nobody was asked for is not missed"


def test_a_tag_needs_spans_in_train_and_dev() -> None:
    def tagged(spans: int, without: int) -> list[Document]:
        has = Segment("He said so.", "sentence", {}, (Span("source", 0, 2),), ("source", "cue"))
        segments = [has] * spans + [Segment("It fell.", "sentence", {}, (), ("source", "cue"))] * without
        return [Document(f"{n}", f"{n}", "t", "", (segment,)) for n, segment in enumerate(segments)]

    assert what_is_learnt(tagged(5, 0), tagged(5, 0), OPTIONS).tags == ("source",)
    found = what_is_learnt(tagged(9, 3), tagged(4, 3), OPTIONS)
    assert found.tags == ()
    assert found.missing == {
        "tag/source": "dev has 4 texts with it and 3 without",
        "tag/cue": "train has 0 texts with it and 12 without",
    }
    unweighted = OPTIONS.model_copy(update={"tag_weight": 0.0})
    assert what_is_learnt(tagged(5, 0), tagged(5, 0), unweighted).missing["tag/source"] == "its weight in the loss is 0"


def table(folder: Path, *, labels: dict[str, str], rows: int = 240) -> list[str]:
    """Overrides for tiny.yaml that read a table of headlines: `a` is 1 in every other row, `b` nowhere."""
    lines = [f"Quay number {n} {'burns like hell' if n % 2 else 'opens'} at {n} o'clock,{n % 2},0" for n in range(rows)]
    (folder / "rows.csv").write_text("title,a,b\n" + "\n".join(lines) + "\n", encoding="utf-8")
    columns = ", ".join(f"{label}: {{column: {column}}}" for label, column in labels.items())
    source = f"{{kind: table, path: {folder / 'rows.csv'}, name: ours, segment: headline, text: title, labels: {{{columns}}}}}"
    short = [
        "train.max_steps=2",
        "train.epochs=1",
        "runtime.int8=false",
        "runtime.max_flips=1",
        "runtime.max_auc_change=1",
    ]
    return [f"data.sources=[{source}]", f"models_dir={folder / 'models'}", "tracking.enabled=false", *short]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_data_that_teaches_no_label_is_refused_before_anything_is_trained(tmp_path: Path, more: list[str]) -> None:
    done = CliRunner().invoke(app, ["train", "tiny", *table(tmp_path, labels={"sensational": "b"}), *more])
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("presscheck: the data teaches no label (label/sensational: train has 0 texts with it and ")
    assert line.endswith(" in train and in dev: label more texts, or raise data.split.dev")
    assert not (tmp_path / "models").exists()


def test_an_untaught_label_is_said_and_null(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train", "tiny", *table(tmp_path, labels={"sensational": "a", "loaded": "b"})])
    assert done.exit_code == 0, done.output
    assert "learnt: sensational; tags: none\n" in done.stdout
    assert "not learnt: label/loaded: train has 0 texts with it and " in done.stderr
    assert "it is null in every record" in done.stderr
    assert "loaded  " not in done.stdout, "no threshold is shown"
    bundle = read_bundle(tmp_path / "models" / "candidate")
    assert bundle.manifest.trained_labels == ("sensational",)
    assert bundle.manifest.trained_tags == ()
    assert set(bundle.manifest.not_learnt) == {"label/loaded"}
    assert [tuple(policy.thresholds) for policy in bundle.manifest.policies.values()] == [("sensational",)]
    (record,) = Scorer(bundle).score([Article("a", "Has the quay burnt like hell?", "It burnt, the mayor said.")])
    assert record.headline is not None
    assert record.headline.sensational is not None
    assert record.headline.loaded is None
    assert not record.headline.cues, "no tag was taught"
    assert record.segments[0].verdict is None


LABELS = ("sensational", "loaded", "claim", "attributed", "needs_source")
HEADLINE, BODY = (
    "So the levy is war?",
    "Officials said that 40 people left. The mayor, Ana Ruiz, said so too. It fell by 7.",
)


def sure(text: str) -> SegmentScores:
    """A segment of which the model says everything at once."""
    offsets = tuple((start, start + 1) for start in range(len(text)))
    return SegmentScores(dict.fromkeys(SEGMENT_LABELS, 0.99), offsets, np.full((len(text), len(TOKEN_TAGS)), 0.99), truncated=False)


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def record_of(scorer: Scorer, manifest: Manifest, labels: tuple[str, ...], tags: tuple[str, ...]) -> Record:
    tree: dict[str, Any] = manifest.model_dump()
    for policy in tree["policies"].values():
        policy["thresholds"] = {flag: policy["thresholds"][flag] for flag in flags_of(labels)}
    manifest = Manifest.model_validate({**tree, "trained_labels": labels, "trained_tags": tags})
    policy = manifest.policies[manifest.default_policy]
    body = segment_body(BODY)
    record = Assembler(manifest, policy, scorer.info).judged(
        Article("a", HEADLINE, BODY),
        body,
        "en",
        headline_scores=[sure(HEADLINE)],
        part=PartScores([sure(BODY[start:end]) for start, end in body.sentences], sure(HEADLINE)),
    )
    shares = dict.fromkeys((*flags_of(labels), *(["review"] if manifest.risk else [])), 0.2)
    return Prior(manifest, policy, shares)(record) if shares else record


def test_no_field_of_a_record_speaks_of_what_was_not_learnt(tiny_bundle: Bundle, tiny_scorer: Scorer) -> None:
    for labels in subsets(LABELS):
        for tags in ((), ("loaded",), ("source",), ("framing",), TOKEN_TAGS):
            record = record_of(tiny_scorer, tiny_bundle.manifest, labels, tags)
            assert record.headline is not None
            headline, judges = record.headline, {"claim", "attributed", "needs_source"} <= set(labels)
            assert (headline.sensational is None) == (headline.flagged is None) == ("sensational" not in labels)
            assert (headline.loaded is None) == ("loaded" not in labels)
            assert bool(headline.cues) == ("framing" in tags)
            for segment in record.segments:
                for name in ("claim", "attributed", "needs_source", "loaded"):
                    assert (getattr(segment, name) is None) == (name not in labels), (labels, name)
                for value in (segment.unsourced, segment.verdict, segment.flagged):
                    assert (value is None) != judges
                if segment.source is not None:
                    assert judges
                    assert "source" in tags or segment.source.type == "vague", "a rule finds those that are vague by their words"
            is_whole = {"sensational", "claim", "attributed", "needs_source"} <= set(labels)
            assert record.status == ("ok" if is_whole else "partial")
            assert (record.risk.p is None) == (not is_whole)
            if "loaded" not in labels:
                assert not {reason.code for reason in record.risk.reasons} & {"headline_loaded", "loaded_share"}
            if "source" not in tags:
                assert "single_source_share" not in {reason.code for reason in record.risk.reasons}


def test_a_manifest_has_the_thresholds_of_what_was_learnt(tiny_bundle: Bundle) -> None:
    tree: dict[str, Any] = tiny_bundle.manifest.model_dump()
    name = tiny_bundle.manifest.default_policy
    del tree["policies"][name]["thresholds"]["loaded"]
    with pytest.raises(ValueError, match="has no threshold for loaded, whose labels were learnt"):
        Manifest.model_validate(tree)
    with pytest.raises(ValueError, match="sarcasm cannot be learnt"):
        Manifest.model_validate({**tiny_bundle.manifest.model_dump(), "trained_labels": ["sarcasm"]})
    with pytest.raises(ValueError, match="rumour cannot be learnt"):
        Manifest.model_validate({**tiny_bundle.manifest.model_dump(), "trained_tags": ["rumour"]})
    assert flags_of(SEGMENT_LABELS) == FLAGS
    assert flags_of(("claim", "loaded")) == ("loaded",)
    older: dict[str, Any] = tiny_bundle.manifest.model_dump()
    del older["trained_tags"], older["not_learnt"]
    assert Manifest.model_validate(older).trained_tags == TOKEN_TAGS


def test_the_tiny_data_teaches_what_the_tests_look_at(tiny_bundle: Bundle) -> None:
    assert tiny_bundle.manifest.trained_labels == LABELS
    assert set(TOKEN_TAGS) <= set(tiny_bundle.manifest.trained_tags)
    assert tiny_bundle.manifest.not_learnt == {"label/supported": "its weight in the loss is 0"}
    assert tiny_bundle.manifest.framing is not None
    assert MIN_OF_EACH == 5
