"""Says whether the body reports what the headline states, and what it lacks: the model and the rules in one probability."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from presscheck.data.schema import SupportVerdict
from presscheck.data.text.hedging import is_speculation, unnamed_source
from presscheck.data.text.support import Findings, find_missing
from presscheck.serve.logistic import sigmoid
from presscheck.serve.manifest import SupportModel
from presscheck.serve.record import MissingWords, Support

# The features of P(supported) and the sign of their weights: the logit of the trained label, the shares of the headline's words that the
# best sentence and the whole body hold, the share of its names and numbers that the body holds, and what it lacks, counted by kind.
SUPPORT_FEATURES: Mapping[str, int] = {
    "model": +1,
    "coverage": +1,
    "body_coverage": +1,
    "names_held": +1,
    "number": -1,
    "name": -1,
    "place": -1,
    "quotation": -1,
    "certainty": -1,
    "event": -1,
}
_MOST = 3  # of a kind; more of it adds nothing
NOT_READ = 0.5  # the trained label where the model does not read headlines in front of bodies: it says nothing
_SUREST = 1e-6  # bound on the trained label's probability, whose logit is a feature


def findings_of(headline: str, sentences: Sequence[str]) -> Findings:
    """What the rules find of a headline in the sentences of a body (without captions)."""

    def is_hedged(index: int) -> bool:
        return is_speculation(sentences[index]) or unnamed_source(sentences[index]) is not None

    return find_missing(headline, sentences, is_hedged=is_hedged)


def support_features(findings: Findings, p_model: float) -> dict[str, float]:
    """The features of P(supported).

    Args:
        p_model: the calibrated probability of the label `supported`.
    """
    p = min(max(p_model, _SUREST), 1 - _SUREST)
    counts = Counter[str](missing.kind for missing in findings.missing)
    found = {
        "model": float(np.log(p / (1 - p))),
        "coverage": findings.coverage,
        "body_coverage": findings.body_coverage,
        "names_held": findings.names_held,
    }
    return {name: found.get(name, float(min(counts[name], _MOST))) for name in SUPPORT_FEATURES}


def p_supported(features: Mapping[str, float], model: SupportModel) -> float:
    """P(supported) of a headline."""
    return float(sigmoid(model.intercept + sum(weight * features[name] for name, weight in model.weights.items())))


def support_of(headline: str, findings: Findings, p: float, *, places: Sequence[int], threshold: float) -> Support:
    """The record's part.

    Args:
        headline: as it stands in the record.
        places: of each sentence that the findings are about, its index among the record's segments.
        threshold: of P(not supported).
    """
    reporting = findings.reporting or (() if findings.nearest is None else (findings.nearest,))
    verdict: SupportVerdict = "supported"
    if 1.0 - p >= threshold:
        verdict = "overstated" if reporting else "not_reported"
    return Support(
        p=round(p, 6),
        verdict=verdict,
        segments=[places[index] for index in reporting],
        missing=[
            MissingWords(start=missing.start, end=missing.end, text=headline[missing.start : missing.end], kind=missing.kind)
            for missing in findings.missing
        ],
    )
