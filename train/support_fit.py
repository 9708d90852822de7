"""Fits P(supported) of a headline from the trained label and what the rules find, and the threshold of calling it unsupported.

Shapes: N headlines held against a body, F features.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from presscheck.configs.policies import PolicyConfig
from presscheck.data.dataset.splits import fold_of_groups
from presscheck.data.schema import POSITIVE
from presscheck.serve.manifest import SupportModel, Threshold
from presscheck.serve.support import SUPPORT_FEATURES, findings_of, support_features
from presscheck.train.calibrate import fit_threshold
from presscheck.train.scored import Scored, told
from presscheck.train.signed_logistic import Array, fit_signed

_L2 = 1.0
_SIGNS_F = np.array(list(SUPPORT_FEATURES.values()), dtype=np.float64)


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


def fit_support(scored: Sequence[Scored], *, unsupported_share: float, folds: int, salt: str) -> SupportFit:
    """Fits on the judged headlines of dev.

    Args:
        scored: cross-fitted calibrated scores of dev.
        unsupported_share: share of headlines that their body does not support in what is going to be scored; the probabilities are set for
            it, since the judged headlines were written for both kinds.
        folds: of the stories, for the held-out probabilities.
    """
    pairs = [one for one in scored if "supported" in one[1].labels]
    values_NF = np.array([_features(one) for one in pairs])
    targets_N = np.array([segment.labels["supported"] for _, segment, _ in pairs])
    fold_of = fold_of_groups({document.group for document, _, _ in pairs}, count=folds, salt=salt)
    folds_N = np.array([fold_of[document.group] for document, _, _ in pairs])
    shift = float(logit(1 - unsupported_share) - logit(np.clip(targets_N.mean(), 1e-3, 1 - 1e-3)))
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


def _features(scored: Scored) -> list[float]:
    document, headline, scores = scored
    found = support_features(findings_of(headline.text, told(document)), scores.labels["supported"])
    return [found[name] for name in SUPPORT_FEATURES]
