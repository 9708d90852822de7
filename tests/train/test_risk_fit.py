import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from presscheck.serve.risk import RISK_FEATURES
from presscheck.train.risk_fit import fit_risk


def rows(count: int, seed: int) -> tuple[list[dict[str, float]], list[float]]:
    """Articles whose review depends on two features in the right direction and on one against its sign."""
    generator = np.random.default_rng(seed)
    values = [dict(zip(RISK_FEATURES, generator.random(len(RISK_FEATURES)), strict=True)) for _ in range(count)]
    scores = [6 * v["unsourced_share"] - 6 * v["named_sources"] - 4 * v["platform_share"] + 2 for v in values]
    return values, [float(generator.random() < 1 / (1 + np.exp(-s))) for s in scores]


def test_signs_hold_even_against_the_data_and_the_auc_is_cross_validated() -> None:
    features, targets = rows(400, 1)
    fitted = fit_risk(features, targets, [i % 4 for i in range(400)], claims=[30.0] * 400, l2=1.0)
    assert fitted is not None
    model, risk_A = fitted
    assert roc_auc_score(targets, risk_A) == pytest.approx(model.auc)
    assert model.base == pytest.approx(np.mean(targets))
    for name, weight in model.features.items():
        assert weight.weight * RISK_FEATURES[name].sign >= 0
    assert model.features["platform_share"].weight == 0
    assert model.features["unsourced_share"].weight > 0.5
    assert model.features["named_sources"].weight < -0.5
    assert model.auc is not None
    assert 0.75 < model.auc < 0.95


def test_noise_gives_no_auc() -> None:
    features, _ = rows(300, 2)
    targets = [float(i % 2) for i in range(300)]
    fitted = fit_risk(features, targets, [i % 3 for i in range(300)], claims=[30.0] * 300, l2=1.0)
    assert fitted is not None
    model, _ = fitted
    assert model.auc is not None
    assert abs(model.auc - 0.5) < 0.1


def test_too_few_articles_fit_nothing() -> None:
    features, _ = rows(8, 3)
    assert fit_risk(features, [1.0] * 4 + [0.0] * 4, [0] * 8, claims=[30.0] * 8, l2=1.0) is None
