"""Ridge logistic regression whose weights keep their signs, so that a feature never points the wrong way.

Shapes: N items, F features.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Array = NDArray[np.float64]


def fit_signed(values_NF: Array, targets_N: Array, signs_F: Array, *, l2: float) -> tuple[Array, float]:
    """Weights (F,), none against its sign, and the intercept, which is not penalised.

    Args:
        targets_N: 0..1.
        signs_F: above 0 for weights of 0 or more, else weights of 0 or less.
    """

    def loss(parameters: Array) -> tuple[float, Array]:
        weights_F, intercept = parameters[:-1], parameters[-1]
        z_N = values_NF @ weights_F + intercept
        residual_N = expit(z_N) - targets_N
        value = float(np.sum(np.logaddexp(0.0, z_N) - targets_N * z_N)) + 0.5 * l2 * float(weights_F @ weights_F)
        return value, np.append(values_NF.T @ residual_N + l2 * weights_F, residual_N.sum())

    bounds: list[tuple[float | None, float | None]] = [(0, None) if sign > 0 else (None, 0) for sign in signs_F]
    found = minimize(loss, np.zeros(values_NF.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return found.x[:-1], float(found.x[-1])
