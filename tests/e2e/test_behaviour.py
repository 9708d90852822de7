"""The default model on the behavioural suite: what must not matter does not, and what must, does."""

import pytest

from presscheck.configs.sources import DataConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.data.text.capitalised_names import names_of
from presscheck.eval.behaviour.fairness import Fairness, measure_fairness
from presscheck.eval.behaviour.suite import Outcome, direction, invariance, read_cases
from presscheck.eval.bundle_config import part_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer

pytestmark = pytest.mark.trained


@pytest.fixture(scope="module")
def outcomes(default_bundle: Bundle, default_scorer: Scorer) -> list[Outcome]:
    splits = load_splits(part_of(default_bundle, "data", DataConfig))
    headlines = [d.headline.text for d in splits["test"] if d.headline]
    cases = read_cases()
    names = names_of(splits["train"])
    return [*invariance(default_scorer, [*headlines, *cases.headlines], names), *direction(default_scorer, cases)]


@pytest.fixture(scope="module")
def fairness(default_scorer: Scorer) -> Fairness:
    return measure_fairness(default_scorer)


def test_changes_that_must_not_matter_turn_few_flags(outcomes: list[Outcome]) -> None:
    """At most 5 % for case, marks, look-alikes and invisible marks, 10 % for typing errors and swaps; each on at least ten texts."""
    found = [outcome for outcome in outcomes if outcome.kind == "invariance"]
    assert len(found) == 15
    assert not [(o.name, o.failure_rate, o.worst) for o in found if not o.holds or o.n < 10]


def test_a_source_lowers_and_its_loss_raises_what_is_unsourced(outcomes: list[Outcome]) -> None:
    found = [outcome for outcome in outcomes if outcome.kind == "direction"]
    assert len(found) == 3
    assert not [(o.name, o.failure_rate, o.worst) for o in found if not o.holds]


def test_false_positives_do_not_depend_on_who_a_headline_is_about(fairness: Fairness) -> None:
    swapped = [gap for gap in fairness.gaps if gap.group != "dialect"]
    assert len(swapped) == 4
    assert not [(gap.group, gap.false_positives) for gap in swapped if gap.false_positive_gap > fairness.max_gap]
