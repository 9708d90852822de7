"""The audit finds what it claims to find, on corpora made to be broken, and holds for the corpus that ships."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests_support import starter_splits

from presscheck.data.audit.agreement import agreement
from presscheck.data.audit.audit import audit
from presscheck.data.audit.audit_page import write_report
from presscheck.data.audit.coverage import CoveragePlan, read_plan, shortfalls
from presscheck.data.audit.probes import cross_validated
from presscheck.data.audit.repeats import conflicts, frequent_sequences, near_duplicates
from presscheck.data.audit.span_errors import span_errors
from presscheck.data.audit.wording import wording
from presscheck.data.errors import DataError
from presscheck.data.schema import TOKEN_TAGS, Document, Segment, Span, SplitName
from presscheck.data.starter import STARTER, read_second_pass
from presscheck.data.starter.blind import blind
from presscheck.data.starter.markup import read_markup
from presscheck.data.text.words import shingles


def headline(text: str, *, group: str, spans: tuple[Span, ...] = (), **labels: float) -> Document:
    segment = Segment(text, "headline", {"sensational": 0.0} | labels, spans, TOKEN_TAGS)
    return Document(f"{group}/{text[:12]}", group, "test", "none", (segment,), year=2001)


def items(documents: Sequence[Document]) -> list[tuple[Document, Segment]]:
    return [(d, s) for d in documents for s in d.segments]


def test_near_duplicates_are_found_across_stories_only() -> None:
    first = headline("Council closes the north pier after a storm tore off nine planks", group="pier-a")
    copy = headline("Council closes the north pier after a storm tore off ten planks", group="pier-b")
    own = headline("Council closes the north pier after a storm tore off six planks", group="pier-a")
    other = headline("Vaccine trial in Recife ends early as no child falls ill", group="trial")
    pairs = near_duplicates(items([first, copy, other, own]), jaccard=0.6)
    assert {(p.first[0].group, p.second[0].group) for p in pairs} == {("pier-a", "pier-b"), ("pier-b", "pier-a")}
    assert all(0.6 <= p.jaccard < 1 for p in pairs)


def test_no_near_duplicate_is_missed() -> None:
    source = random.Random(4)
    words = [f"w{i}" for i in range(40)]
    documents = []
    for story in range(150):
        text = source.sample(words, source.randint(6, 30))
        for number in range(2):
            edited = [word if source.random() > 0.1 else f"x{source.randint(0, 9)}" for word in text]
            documents.append(headline(" ".join(edited), group=f"{story}-{number}"))
    found = near_duplicates(items(documents), jaccard=0.6)
    shared = [(d.group, shingles(d.segments[0].text)) for d in documents]
    every = {(a, b) for i, (b, y) in enumerate(shared) for a, x in shared[:i] if len(x & y) / len(x | y) >= 0.6}
    assert {(pair.first[0].group, pair.second[0].group) for pair in found} == every
    assert len(every) > 40


def test_a_returning_sequence_is_counted_once_per_text() -> None:
    texts = [
        "you will not believe what this is",
        "You will not believe what, you will not believe what",
        "plain words of no note",
    ]
    [(run, share)] = frequent_sequences(texts, length=5, top=1)
    assert run == "you will not believe what"
    assert share == pytest.approx(2 / 3)


def test_conflicting_labels_are_named() -> None:
    one, two = headline("Rain on Monday.", group="a", loaded=0.0), headline("rain on monday", group="b", loaded=1.0)
    assert [label for _, _, label in conflicts(items([one, two]))] == ["loaded"]
    assert not list(conflicts(items([one, replace(two, segments=one.segments)])))


def test_span_errors_are_named() -> None:
    text = "The mayor, said it"
    good = headline(text, group="good", spans=(Span("source", 0, 9),), attributed=1.0)
    edge = headline(text, group="edge", spans=(Span("source", 0, 10),), attributed=1.0)
    overlap = headline(text, group="overlap", spans=(Span("source", 0, 9), Span("source", 4, 9)), attributed=1.0)
    unasked = headline(text, group="unasked", spans=(Span("source", 0, 9),), attributed=0.0)
    assert not span_errors([good])
    assert [line.split("/")[0] for line in span_errors([good, edge, overlap, unasked])] == [
        "edge",
        "overlap",
        "unasked",
    ]


def test_the_probe_finds_a_shape_that_gives_the_label_away_and_nothing_in_noise() -> None:
    generator = np.random.default_rng(0)
    is_positive_N = generator.random(300) < 0.5
    given = ["Storm hits Lima" + ("!" if positive else ".") for positive in is_positive_N]
    noise = ["Storm hits Lima" + "!" * int(generator.integers(2)) for _ in is_positive_N]
    groups = [str(i // 2) for i in range(300)]
    assert cross_validated("shape", given, is_positive_N, groups)[is_positive_N].min() > 0.9
    assert abs(float(np.corrcoef(cross_validated("shape", noise, is_positive_N, groups), is_positive_N)[0, 1])) < 0.15


@pytest.mark.slow
def test_agreement_counts_matching_items_and_names_missing_ones(tmp_path: Path) -> None:
    def passed(name: str, text: str) -> list[Document]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_markup(path)

    head = "@ a-b | wire | war | asia | 2001\n"
    first = passed(
        "1.txt",
        head + "0 c | Rain falls\n3 - | What a [l: shocking] day\n0 ca | [s: Ito] [q: says] [c: it rained]\n0 c | Snow\n",
    )
    second = passed("2.txt", head + "0 c | Rain falls\n2 - | What a [l: shocking day]\n0 ca | [s: Ito] says [c: it rained]\n")
    found = agreement(first, second)
    assert found.missing == ("a-b/4: Snow",)
    assert found.counts["claim"] == 3
    assert found.kappa["claim"].value == 1.0
    assert found.span_f1["loaded"].value == pytest.approx(2 * 8 / (8 + 12))
    assert found.span_f1["cue"].value == 0.0
    assert found.span_f1["source"].value == 1.0


def test_openings_that_stories_share_are_not_distinct() -> None:
    documents = [
        headline(f"{opening} on {i}", group=f"g{i}") for i, opening in enumerate(["Why the rain", "Why the rain", "Ten dead cows"])
    ]
    found = wording(documents, "headline")
    assert found.distinct_openings == pytest.approx(1 / 3)
    assert found.frequent_openings[0] == ("why the rain", 2)


def test_the_plan_names_every_shortfall(tmp_path: Path) -> None:
    plan = read_plan(STARTER / "coverage.yaml")
    assert "total: 1 headlines, planned 2400" in shortfalls([headline("Is it?", group="a")], plan)
    path = tmp_path / "coverage.yaml"
    path.write_text((STARTER / "coverage.yaml").read_text(encoding="utf-8").replace("topics:", "topcis:"), encoding="utf-8")
    with pytest.raises(DataError, match="topcis"):
        read_plan(path)
    with pytest.raises(DataError, match="'pictures'; known: headlines"):
        shortfalls([], plan.model_copy(update={"totals": {"pictures": 3}}))


@pytest.fixture(scope="module")
def plan() -> CoveragePlan:
    return read_plan(STARTER / "coverage.yaml")


@pytest.fixture(scope="module", name="starter_splits")
def _starter_splits() -> Mapping[SplitName, Sequence[Document]]:
    return starter_splits()


@pytest.mark.slow
def test_the_corpus_that_ships_breaks_no_invariant(
    plan: CoveragePlan, starter_splits: Mapping[SplitName, Sequence[Document]], tmp_path: Path
) -> None:
    found = audit(starter_splits, plan=plan, second=read_second_pass())
    assert not [(check.name, check.found, check.details[:3]) for check in found.failed]
    write_report(found, tmp_path, name="starter", plan=plan)
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 9
    assert "<script" not in page
    assert "<image" not in page  # the page's policy would block it
    assert json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["counts"]["headlines"] >= 2400


@pytest.mark.slow
def test_a_broken_corpus_breaks_the_audit(plan: CoveragePlan, starter_splits: Mapping[SplitName, Sequence[Document]]) -> None:
    train, test = list(starter_splits["train"]), list(starter_splits["test"])
    leaked = replace(train[0], id="leaked/1", group="leaked")
    found = audit({"train": train, "dev": starter_splits["dev"], "test": [*test, leaked, train[1]]}, plan=plan, second=[])
    names = {check.name for check in found.failed}
    assert {
        "repeated ids",
        "story groups in two splits",
        "near-duplicates across splits",
        "test items without a second label",
    } <= names


def test_blind_items_hold_every_text_and_no_label(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "@@ a-b | wire | war | asia | 2001 | review 1\n3 c | [l: Doom] \\[1\\]\n\nca | [s: Ito] [q: says] [c: it rained]\n\n- | Rain.\n",
        encoding="utf-8",
    )
    assert blind(read_markup(path)[0]) == (
        "@@ a-b | wire | war | asia | 2001 | review ?\n? | Doom \\[1\\]\n\n? | Ito says it rained\n\n? | Rain."
    )
