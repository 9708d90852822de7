"""The review's sampling against the truth, which a simulation knows."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests_support import fitted_threshold

from presscheck.data.errors import DataError
from presscheck.data.minhash import signatures, similarity
from presscheck.serve.batch.review.answers import read_answers
from presscheck.serve.batch.review.cluster import SIMILAR
from presscheck.serve.batch.review.design import Design, Member
from presscheck.serve.batch.review.estimate import estimate, join
from presscheck.serve.batch.review.multiplicity import Multiplicity
from presscheck.serve.batch.review.queue import grouped
from presscheck.serve.batch.review.sample import ReviewOptions, Sample, allocate, draw_sample, rounded
from presscheck.serve.batch.review.units import Picked, Unit, draw_of
from presscheck.serve.batch.shards.output import as_numbers
from presscheck.serve.manifest import Policy

pytestmark = pytest.mark.slow

OPTIONS = ReviewOptions(top=15, uncertain=40, audit=60, band=0.05, per_outlet=4, seed=0)
NOTHING = fitted_threshold(flagged=1, prevalence=0.5, base=0.5)
POLICY = Policy(thresholds={"sensational": NOTHING, "loaded": NOTHING, "unsourced": NOTHING}, elevated=0.35, high=0.65)


def signature(words: list[str]) -> bytes:
    (numbers,) = signatures([words])
    return numbers.tobytes()


def population(count: int = 1500) -> tuple[list[Unit], list[bool]]:
    generator = np.random.default_rng(5)
    risks = generator.beta(0.8, 1.6, count)
    truth = generator.random(count) < 0.8 * risks + 0.05  # scores that are not well calibrated
    units = []
    for number, risk in enumerate(map(float, risks)):
        level = "high" if risk >= 0.65 else "elevated" if risk >= 0.35 else "low"
        words = [f"w{number}", *(f"v{number}x{k}" for k in range(8))]
        outlet = f"o{int(generator.random() ** 2 * 12)}" if number % 10 else None
        units.append(Unit(f"n{number}", "f", number, "p", outlet, risk, level, signature(words), 0.0))  # type: ignore[arg-type]  # a Level by construction
    return units, [bool(t) for t in truth]


UNITS, TRUTH = population()


def sample(seed: int) -> Sample:
    drawn = (replace(unit, draw=draw_of(seed, unit.line)) for unit in UNITS)
    return draw_sample(drawn, OPTIONS.model_copy(update={"seed": seed}), POLICY)


def member(one: Picked) -> Member:
    unit = one.unit
    about = {"id": unit.id, "file": "f", "line": unit.line, "level": unit.level, "risk": unit.risk}
    return Member.model_validate({**about, "stratum": one.stratum, "probability": one.probability})


def design_of(found: Sample, groups: Iterable[Sequence[Picked]] | None = None) -> Design:
    """The design where each group, or each article, is an item."""
    items = {f"r{group[0].unit.line}": tuple(map(member, group)) for group in groups or ([p] for p in found.picked)}
    return Design(options=OPTIONS, queue="q", population=found.population, levels={}, items=items)


def answers_of(design: Design) -> dict[str, bool]:
    return {item: TRUTH[members[0].line] for item, members in design.items.items()}


@pytest.fixture(scope="module")
def rounds() -> list[tuple[Sample, Design]]:
    found = [sample(seed) for seed in range(200)]
    return [(one, design_of(one)) for one in found]


def test_articles_are_picked_with_the_probability_that_is_written(rounds: list[tuple[Sample, Design]]) -> None:
    picked: Counter[int] = Counter()
    said: dict[int, float] = {}
    for one, _ in rounds:
        for p in one.picked:
            picked[p.unit.line] += 1
            assert said.setdefault(p.unit.line, p.probability) == pytest.approx(p.probability)
    for probability in {round(p, 9) for p in said.values()}:
        lines = [unit.line for unit in UNITS if round(said.get(unit.line, -1.0), 9) == probability]
        if probability == 1.0:
            assert all(picked[line] == len(rounds) for line in lines)
    expected = sum(said.values())
    assert sum(picked.values()) / len(rounds) == pytest.approx(expected, rel=0.02)
    assert expected == pytest.approx(OPTIONS.top + OPTIONS.uncertain + OPTIONS.audit, rel=0.02)


def test_every_article_can_be_picked(rounds: list[tuple[Sample, Design]]) -> None:
    for one, _ in rounds:
        weights = sum(1 / p.probability for p in one.picked)
        assert weights == pytest.approx(len(UNITS), rel=0.15)
    mean = np.mean([sum(1 / p.probability for p in one.picked) for one, _ in rounds])
    assert mean == pytest.approx(len(UNITS), rel=0.01)


def test_an_outlet_has_its_cap(rounds: list[tuple[Sample, Design]]) -> None:
    for one, _ in rounds:
        for stratum in ("top", "uncertain"):
            outlets = Counter(p.unit.outlet for p in one.picked if p.stratum == stratum and p.unit.outlet)
            assert max(outlets.values()) <= OPTIONS.per_outlet


def test_estimates_are_unbiased_and_their_intervals_hold_the_truth(rounds: list[tuple[Sample, Design]]) -> None:
    truth = np.array(TRUTH)
    high = np.array([unit.level == "high" for unit in UNITS])
    flagged = np.array([unit.level != "low" for unit in UNITS])
    wanted = {
        "prevalence": truth.mean(),
        "high": truth[high].mean(),
        "flagged": truth[flagged].mean(),
        "recall": flagged[truth].mean(),
    }
    found: dict[str, list[float]] = {name: [] for name in wanted}
    covered: Counter[str] = Counter()
    for _, design in rounds:
        result = estimate(design, answers_of(design))
        by_name = {
            "prevalence": result.prevalence,
            "high": result.precision["high"],
            "flagged": result.precision["elevated or high"],
            "recall": result.recall,
        }
        for name, value in by_name.items():
            assert value.value is not None
            assert value.lower is not None
            assert value.upper is not None
            found[name].append(value.value)
            covered[name] += value.lower <= wanted[name] <= value.upper
    for name, truth_value in wanted.items():
        error_of_mean = np.std(found[name]) / np.sqrt(len(rounds))
        assert abs(np.mean(found[name]) - truth_value) < max(3.5 * error_of_mean, 0.012), name
        assert 0.88 <= covered[name] / len(rounds) <= 1.0, (name, covered[name])


def test_answers_that_are_missing_weigh_on_the_others(rounds: list[tuple[Sample, Design]]) -> None:
    _, design = rounds[0]
    some = dict(list(answers_of(design).items())[::2])
    weights = sum(1 / one.probability for one in join(design, some))
    assert weights == pytest.approx(len(UNITS), rel=0.2)
    with pytest.raises(DataError, match="not an item of this queue"):
        estimate(design, {"r99999": True})
    assert estimate(design, {}).prevalence.value is None


def test_copies_are_one_item_of_the_top() -> None:
    words = [f"word{i}" for i in range(60)]
    copies = [replace(UNITS[0], line=5000 + i, id=f"c{i}", risk=0.999, signature=signature([*words, f"tail{i}"])) for i in range(8)]
    units = [replace(unit, draw=draw_of(1, unit.line)) for unit in [*UNITS, *copies]]
    found = draw_sample(units, OPTIONS, POLICY)
    assert {p.stratum for p in found.picked if p.unit.line >= 5000} == {"top"}
    assert sum(p.unit.line >= 5000 for p in found.picked) == 8
    assert sum(p.stratum == "top" for p in found.picked) == OPTIONS.top + 7


def test_allocation_keeps_to_sizes_and_caps() -> None:
    expected = allocate([100, 10, 1, 0], [5, 5, 5, 5], total=8)
    assert sum(expected) == pytest.approx(8)
    assert max(expected) <= 5
    assert allocate([2, 3], [9, 9], total=50) == [2.0, 3.0]
    draws = np.array([rounded(expected, start=start) for start in np.linspace(0, 1, 200, endpoint=False)])
    assert draws.mean(axis=0) == pytest.approx(expected, abs=0.02)
    assert set(draws.sum(axis=1)) <= {8}


def test_answers_come_from_a_spreadsheet_or_label_studio(tmp_path: Path) -> None:
    sheet = tmp_path / "queue.csv"
    sheet.write_text("item,review\nr1,Yes\nr2,\nr3,0\n")
    assert read_answers(sheet) == {"r1": True, "r3": False}
    sheet.write_text("item,review\nr1,perhaps\n")
    with pytest.raises(DataError, match=r"queue\.csv:2: the answer is 'perhaps'"):
        read_answers(sheet)
    sheet.write_text("item,review\nr1,no\nr1,yes\n")
    with pytest.raises(DataError, match="two answers"):
        read_answers(sheet)
    result = [{"from_name": "review", "value": {"choices": ["no"]}}]
    export = tmp_path / "export.json"
    export.write_text(json.dumps([{"data": {"item": "r1"}, "annotations": [{"result": result}, {"result": []}]}]))
    assert read_answers(export) == {"r1": False}
    export.write_text("{}")
    assert read_answers(export) == {}
    export.write_text("[1]")
    with pytest.raises(DataError, match="not a JSON export of Label Studio"):
        read_answers(export)


WIRE_OPTIONS = ReviewOptions(top=15, uncertain=40, audit=60, per_outlet=40, seed=0)


def wire_population(stories: int = 900) -> tuple[list[Unit], list[bool]]:
    """Stories of which every tenth runs in up to 60 papers, each with an edit of its own and a risk next to the others'."""
    generator = np.random.default_rng(9)
    units: list[Unit] = []
    truth: list[bool] = []
    for story in range(stories):
        words = [f"s{story}w{k}" for k in range(80)]
        risk, is_true = generator.beta(0.8, 1.6), generator.random()
        for _ in range(int(generator.integers(2, 60)) if story % 10 == 0 else 1):
            own = float(np.clip(risk + generator.normal(0, 0.01), 0, 1))
            level = "high" if own >= 0.65 else "elevated" if own >= 0.35 else "low"
            edited = [*words[:-1], f"e{len(units)}"] if generator.random() < 0.5 else words
            outlet = f"o{int(generator.integers(0, 40))}"
            units.append(
                Unit(f"n{len(units)}", "f", len(units), "p", outlet, own, level, signature(edited), 0.0)  # type: ignore[arg-type]  # a Level by construction
            )
            truth.append(bool(is_true < 0.8 * risk + 0.05))
    return units, truth


def test_over_the_whole_queue_a_story_is_one_item_and_estimates_stay_right() -> None:
    units, truth = wire_population()
    counts: dict[str, list[int]] = {"top": [], "uncertain": [], "audit": []}
    found, covered, rounds = [], 0, 100
    for seed in range(rounds):
        drawn = (replace(unit, draw=draw_of(seed, unit.line)) for unit in units)
        one = draw_sample(drawn, WIRE_OPTIONS.model_copy(update={"seed": seed}), POLICY)
        groups = grouped(one)
        if seed < 10:
            signed = [as_numbers(group[0].unit.signature) for group in groups]
            assert not [1 for i, a in enumerate(signed) for b in signed[:i] if similarity(a, b) >= SIMILAR]
        for stratum, numbers in counts.items():
            numbers.append(sum(group[0].stratum == stratum for group in groups))
        design = design_of(one, groups)
        share = estimate(design, {item: truth[members[0].line] for item, members in design.items.items()}).prevalence
        assert share.value is not None
        assert share.lower is not None
        assert share.upper is not None
        found.append(share.value)
        covered += bool(share.lower <= np.mean(truth) <= share.upper)
    assert np.mean(counts["top"]) == WIRE_OPTIONS.top
    for stratum, wanted in (("uncertain", WIRE_OPTIONS.uncertain), ("audit", WIRE_OPTIONS.audit)):
        assert np.mean(counts[stratum]) == pytest.approx(wanted, rel=0.15), (stratum, np.mean(counts[stratum]))
    assert abs(np.mean(found) - np.mean(truth)) < 3.5 * np.std(found) / np.sqrt(rounds)
    assert covered / rounds >= 0.88


def test_one_story_in_every_paper_does_not_fill_the_top() -> None:
    words = [f"word{i}" for i in range(60)]
    copies = [replace(UNITS[0], line=5000 + i, risk=0.999, signature=signature(words)) for i in range(800)]
    units = [replace(unit, draw=draw_of(1, unit.line)) for unit in [*copies, *UNITS]]
    found = draw_sample(units, OPTIONS, POLICY)
    assert len({p.unit.signature for p in found.picked if p.stratum == "top"}) == OPTIONS.top
    assert sum(1 / p.probability for p in found.picked) == pytest.approx(len(units), rel=0.2)


def test_copies_are_counted_by_a_sample_of_texts() -> None:
    counted, few = Multiplicity(), Multiplicity()
    for text in range(20_000):
        for _ in range(1 + 4 * (text % 2)):
            counted.put(f"{text} text".encode())
    assert counted.texts() == pytest.approx(20_000, rel=0.15)
    drawn = counted.articles_for(100, of=60_000)
    assert 100 <= drawn <= 130
    for text in range(30):
        few.put(f"{text} text".encode())
        few.put(f"{text} text".encode())
    assert few.texts() == 30
    assert few.articles_for(40, of=60) == 60
    assert 10 < few.articles_for(10, of=60) < 15
