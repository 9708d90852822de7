"""Whether the body reports what the headline states: the model's score and the rules' findings in one verdict."""

import pytest
from jsonschema import Draft202012Validator

from presscheck.data.text.support import Findings, Missing
from presscheck.serve.manifest import SupportModel
from presscheck.serve.record import json_schema
from presscheck.serve.scorer import Scorer
from presscheck.serve.support import SUPPORT_FEATURES, findings_of, p_supported, support_features, support_of

MODEL = SupportModel(intercept=1.0, weights={name: float(sign) for name, sign in SUPPORT_FEATURES.items()}, pairs=10, base=0.9, auc=0.8)
BODY = ["The council voted on Monday to close the gravel quarry.", "Forty people work there."]


def p_of(findings: Findings, p_model: float = 0.5) -> float:
    return p_supported(support_features(findings, p_model), MODEL)


def test_what_the_body_lacks_lowers_p_and_what_it_holds_raises_it() -> None:
    nothing = Findings(coverage=0.5, body_coverage=0.5)
    lacking = Findings((Missing(0, 4, "number"), Missing(5, 8, "name")), coverage=0.5, body_coverage=0.5)
    assert p_of(lacking) < p_of(nothing) < p_of(Findings(coverage=1.0, body_coverage=1.0))
    assert p_of(nothing, 0.1) < p_of(nothing, 0.9)
    assert 0 < p_of(nothing, 0.0) < p_of(nothing, 1.0) < 1


def test_more_than_three_of_a_kind_add_nothing() -> None:
    def missing(count: int) -> Findings:
        return Findings(tuple(Missing(n, n + 1, "number") for n in range(count)))

    assert p_of(missing(3)) == p_of(missing(9)) < p_of(missing(2))


@pytest.mark.parametrize(
    ("p", "reporting", "nearest", "verdict"),
    [
        (0.8, (1,), 0, "supported"),
        (0.4, (1,), 0, "overstated"),
        (0.4, (), 0, "overstated"),
        (0.4, (), None, "not_reported"),
    ],
)
def test_below_the_threshold_it_is_overstated_where_a_sentence_reports_the_event(
    p: float, reporting: tuple[int, ...], nearest: int | None, verdict: str
) -> None:
    findings = Findings((Missing(8, 14, "event"),), reporting, nearest=nearest)
    found = support_of("Council closes it", findings, p, places=[2, 5], threshold=0.6)
    assert found.verdict == verdict
    assert found.segments == ([5] if reporting else [2] if nearest == 0 else [])
    assert [(m.text, m.kind) for m in found.missing] == [("closes", "event")]


def test_findings_of_a_body_hold_the_sentence_that_reports() -> None:
    findings = findings_of("Council votes to close gravel quarry", BODY)
    assert findings.reporting == (0,)
    assert findings.missing == ()
    assert findings_of("Council votes to close 12 quarries", BODY).missing[0].kind == "number"


def test_a_record_says_whether_its_body_supports_the_headline(tiny_scorer: Scorer) -> None:
    headline = "Council votes to close 12 gravel quarries"
    record = tiny_scorer.score_one(headline, "\n\n".join(BODY))
    assert record.headline
    assert record.headline.support
    missing = record.headline.support.missing
    assert [(headline[m.start : m.end], m.kind) for m in missing] == [("12", "number")]
    assert all(index < len(record.segments) for index in record.headline.support.segments)
    Draft202012Validator(json_schema()).validate(record.model_dump(mode="json"))


def test_a_part_alone_has_no_support(tiny_scorer: Scorer) -> None:
    alone = tiny_scorer.score_one("Council votes to close the quarry")
    assert alone.headline
    assert alone.headline.support is None
    assert tiny_scorer.score_one(None, BODY[0]).headline is None
