"""Fits the risk of an article from its named features, with the sign of each weight fixed.

Shapes: A articles, F features.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from presscheck.data.schema import POSITIVE
from presscheck.serve.manifest import RiskModel, RiskWeight
from presscheck.serve.risk import RISK_FEATURES, standardised
from presscheck.train.signed_logistic import Array, fit_signed

_MIN_OF_EACH = 5
_MIN_SCALE_OF_SHARE = 0.1  # lower bound of a standard deviation, a tenth of the claims, so that one sentence hardly counts
_SIGNS_F = np.array([feature.sign for feature in RISK_FEATURES.values()], dtype=np.float64)


def _averages(values_AF: Array, claims_A: Array) -> tuple[Array, Array]:
    """Mean and scale of each feature over the articles; an article with more claims has more weight in a mean share."""
    weights_A = claims_A + 1.0
    mean_F = np.average(values_AF, axis=0, weights=weights_A)
    scale_F = np.sqrt(np.average((values_AF - mean_F) ** 2, axis=0, weights=weights_A))
    least_F = np.where([feature.is_share for feature in RISK_FEATURES.values()], _MIN_SCALE_OF_SHARE, 0.0)
    return mean_F, np.maximum(np.where(scale_F > 1e-9, scale_F, 1.0), least_F)


def _standardised(values_AF: Array, claims_A: Array, mean_F: Array, scale_F: Array) -> Array:
    return np.array(
        [
            [
                standardised(name, value, mean=mean, scale=scale, claims=claims)
                for name, value, mean, scale in zip(RISK_FEATURES, values_F, mean_F, scale_F, strict=True)
            ]
            for values_F, claims in zip(values_AF, claims_A, strict=True)
        ]
    )


def fit_risk(
    rows: Sequence[dict[str, float]],
    targets: Sequence[float],
    groups: Sequence[int],
    *,
    claims: Sequence[float],
    l2: float,
) -> tuple[RiskModel, Array] | None:
    """Fits the risk model on articles' features; also gives each article's risk (A,) out-of-fold.

    Args:
        rows: features of each article, scored by a model that was not trained on it.
        targets: 0..1 review labels.
        groups: fold of each article, for the cross-validated ROC AUC.
        claims: expected claims of each article, which set the shrinkage of its shares.

    Returns:
        None if there are too few articles of either kind (fewer than five).
    """
    targets_A = np.array(targets, dtype=np.float64)
    if min((targets_A >= POSITIVE).sum(), (targets_A < POSITIVE).sum()) < _MIN_OF_EACH:
        return None
    values_AF = np.array([[row[name] for name in RISK_FEATURES] for row in rows])
    folds_A, claims_A = np.array(groups), np.array(claims, dtype=np.float64)
    held_out_A = np.zeros(len(targets_A))
    for fold in set(groups):
        is_train = folds_A != fold
        mean_F, scale_F = _averages(values_AF[is_train], claims_A[is_train])
        z_AF = _standardised(values_AF, claims_A, mean_F, scale_F)
        weights_F, intercept = fit_signed(z_AF[is_train], targets_A[is_train], _SIGNS_F, l2=l2)
        held_out_A[~is_train] = z_AF[~is_train] @ weights_F + intercept
    mean_F, scale_F = _averages(values_AF, claims_A)
    weights_F, intercept = fit_signed(_standardised(values_AF, claims_A, mean_F, scale_F), targets_A, _SIGNS_F, l2=l2)
    features = {
        name: RiskWeight(mean=float(mean_F[i]), scale=float(scale_F[i]), weight=float(weights_F[i])) for i, name in enumerate(RISK_FEATURES)
    }
    model = RiskModel(
        intercept=intercept,
        features=features,
        articles=len(targets_A),
        base=float(targets_A.mean()),
        auc=float(roc_auc_score(targets_A >= POSITIVE, held_out_A)),
    )
    return model, expit(held_out_A)
