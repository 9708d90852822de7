"""Fits P(supported) of a headline from what the rules find and, where it is learnt, the trained label; and its thresholds.

Shapes: N headlines held against a body, F features.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from presscheck.configs.policies import PolicyConfig
from presscheck.data.dataset.splits import fold_of_groups
from presscheck.data.schema import POSITIVE, Document, Segment
from presscheck.data.text.support import Findings
from presscheck.serve.manifest import SupportModel, Threshold
from presscheck.serve.support import NOT_READ, SUPPORT_FEATURES, findings_of, support_features
from presscheck.train.calibrate import fit_threshold
from presscheck.train.learnt import MIN_OF_EACH
from presscheck.train.scored import Scored, told
from presscheck.train.signed_logistic import Array, fit_signed

_L2 = 1.0
_SIGNS_F = np.array(list(SUPPORT_FEATURES.values()), dtype=np.float64)
_REMEMBERED = 16_384  # headlines: fold models are fitted on the same ones
Pair = tuple[Document, Segment, float]  # a headline that was held against a document's body, and the label's probability


@dataclass(frozen=True, slots=True)
class SupportFit:
    """The fitted model, and P(supported) of each headline (N,) by one that was fitted without its story, with the targets (N,)."""

    model: SupportModel
    held_out_N: Array  # noqa: N815 - the shape suffix
    targets_N: Array  # noqa: N815 - as above

    def thresholds(self, policies: Mapping[str, PolicyConfig]) -> dict[str, Threshold]:
        """Each policy's threshold of P(not supported)."""
        is_not_N = self.targets_N < POSITIVE
        return {
            name: fit_threshold(1 - self.held_out_N, is_not_N, target=policy.unsupported, prevalence=1 - self.model.base)
            for name, policy in policies.items()
        }


def scored_pairs(scored: Sequence[Scored]) -> list[Pair]:
    """The judged headlines among the scores of dev, where the model reads headlines in front of bodies."""
    return [(document, segment, scores.labels["supported"]) for document, segment, scores in scored if "supported" in segment.labels]


def unread_pairs(documents: Sequence[Document]) -> list[Pair]:
    """The judged headlines of documents, where the model does not read them: the rules learn nothing by heart, so train counts as well."""
    return [(document, headline, NOT_READ) for document in documents if told(document) for headline in document.judged_headlines]


def fit_support(pairs: Sequence[Pair], *, unsupported_share: float, folds: int, salt: str) -> SupportFit | None:
    """Fits on judged headlines; None where fewer than five are supported or fewer than five are not.

    Args:
        unsupported_share: share of headlines that their body does not support in what is going to be scored; the probabilities are set for
            it, since the judged headlines were written for both kinds.
        folds: of the stories, for the held-out probabilities.
    """
    targets_N = np.array([segment.labels["supported"] for _, segment, _ in pairs])
    if min((targets_N >= POSITIVE).sum(), (targets_N < POSITIVE).sum()) < MIN_OF_EACH:
        return None
    values_NF = np.array([_features(pair) for pair in pairs])
    fold_of = fold_of_groups({document.group for document, _, _ in pairs}, count=folds, salt=salt)
    folds_N = np.array([fold_of[document.group] for document, _, _ in pairs])
    shift = float(logit(1 - unsupported_share) - logit(targets_N.mean()))
    held_out_N = np.zeros(len(targets_N))
    for fold in range(folds):
        is_other = folds_N != fold
        weights_F, intercept = fit_signed(values_NF[is_other], targets_N[is_other], _SIGNS_F, l2=_L2)
        held_out_N[~is_other] = expit(values_NF[~is_other] @ weights_F + intercept + shift)
    weights_F, intercept = fit_signed(values_NF, targets_N, _SIGNS_F, l2=_L2)
    model = SupportModel(
        intercept=intercept + shift,
        weights=dict(zip(SUPPORT_FEATURES, weights_F.tolist(), strict=True)),
        pairs=len(targets_N),
        base=1 - unsupported_share,
        auc=float(roc_auc_score(targets_N >= POSITIVE, held_out_N)),
    )
    return SupportFit(model, held_out_N, targets_N)


@lru_cache(maxsize=_REMEMBERED)
def _findings(headline: str, sentences: tuple[str, ...]) -> Findings:
    return findings_of(headline, sentences)


def _features(pair: Pair) -> list[float]:
    document, headline, p_model = pair
    found = support_features(_findings(headline.text, tuple(told(document))), p_model)
    return [found[name] for name in SUPPORT_FEATURES]
