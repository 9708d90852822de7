"""P(supported) fitted on the judged headlines of dev."""

import numpy as np
import pytest

from presscheck.configs.policies import PolicyConfig
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, Document, Segment
from presscheck.serve.predict import SegmentScores
from presscheck.train.scored import Scored
from presscheck.train.support_fit import fit_support, scored_pairs, unread_pairs


def pairs(count: int, *, reversed_label: bool = False) -> list[Scored]:
    """Headlines of which the label's probability and a number tell whether the body supports them."""
    found: list[Scored] = []
    for number in range(count):
        is_supported = number % 2 == 0
        body = Segment(f"The depot sold {number + 20} trams to the city of Osk.", "sentence")
        text = f"Depot sold {number + 20 if is_supported else number + 400} trams to Osk"
        headline = Segment(text, "headline", {"supported": float(is_supported)})
        document = Document(f"d{number}", f"g{number}", "s", "l", (body,), judged_headlines=(headline,))
        p = 0.6 + 0.003 * (number % 30) if is_supported != reversed_label else 0.4 - 0.003 * (number % 30)
        scores = SegmentScores(dict.fromkeys(SEGMENT_LABELS, p), (), np.zeros((0, len(TOKEN_TAGS))), truncated=False)
        found.append((document, headline, scores))
    return found


def test_both_the_label_and_the_rules_count() -> None:
    fit = fit_support(scored_pairs(pairs(80)), unsupported_share=0.1, folds=4, salt="x")
    assert fit
    assert fit.model.weights["model"] > 0
    assert fit.model.weights["number"] < 0
    assert fit.model.auc == 1.0
    assert fit.model.pairs == 80


def test_a_weight_never_points_the_wrong_way() -> None:
    fit = fit_support(scored_pairs(pairs(80, reversed_label=True)), unsupported_share=0.1, folds=4, salt="x")
    assert fit
    assert fit.model.weights["model"] == 0.0
    assert fit.model.weights["number"] < 0


@pytest.mark.parametrize("share", [0.05, 0.4])
def test_probabilities_and_thresholds_are_set_for_the_share_to_expect(share: float) -> None:
    scored = pairs(200)
    for index in range(0, 200, 10):  # some that nothing tells apart
        document, _, scores = scored[index]
        headline = Segment("Depot sold trams to Osk", "headline", {"supported": float(index % 20 == 0)})
        scored[index] = (document, headline, scores)
    fit = fit_support(scored_pairs(scored), unsupported_share=share, folds=4, salt="x")
    even = fit_support(scored_pairs(scored), unsupported_share=0.5, folds=4, salt="x")
    assert fit
    assert even
    assert (fit.held_out_N > even.held_out_N).all()
    threshold = fit.thresholds({"balanced": PolicyConfig()})["balanced"]
    assert threshold.prevalence == pytest.approx(share)


def test_without_the_label_the_rules_alone_are_fitted() -> None:
    documents = [document for document, _, _ in pairs(80)]
    fit = fit_support(unread_pairs(documents), unsupported_share=0.1, folds=4, salt="x")
    assert fit
    assert fit.model.weights["model"] == 0.0
    assert fit.model.weights["number"] < 0


def test_too_few_of_a_kind_give_no_model() -> None:
    assert fit_support(scored_pairs(pairs(9)), unsupported_share=0.1, folds=4, salt="x") is None
