"""The Wilson interval of a share."""

from scipy.stats import binomtest

from presscheck.data.bootstrap import Estimate


def wilson(hits: int, n: int) -> Estimate:
    """A share with its 95 % Wilson interval (Wilson 1927); undefined if n is 0."""
    if n == 0:
        return Estimate(None, None, None)
    interval = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return Estimate(hits / n, float(interval.low), float(interval.high))
