"""How many synapses a neuron has at most when chance decides: bounds that are exceeded once in 10^12 networks."""

from math import inf, lgamma, log, log1p

NEVER = 1e-12


def most_successes(trials: int, probability: float, rows: int) -> int:
    """Return the smallest k that none of so many rows exceeds, but with a probability of 10^-12.

    Args:
        trials: number of trials in a row.
        probability: of a success in a trial.
        rows: number of rows.

    Example:
        >>> most_successes(4000, 0.02, 4000)
        161
        >>> most_successes(10, 1.0, 5), most_successes(10, 0.0, 5)
        (10, 0)
    """
    if probability <= 0.0 or trials == 0:
        return 0
    if probability >= 1.0:
        return trials
    allowed = log(NEVER / max(1, rows))
    k = min(trials, int(trials * probability))
    while k < trials and _log_tail(trials, probability, k) > allowed:
        k += 1
    return k


def _log_tail(n: int, p: float, k: int) -> float:
    """Return log P(X > k) of a binomial X, from the terms above k: a geometric bound on the rest is exact enough."""
    if k >= n:
        return -inf
    term = _log_probability(n, p, k + 1)
    ratio = (n - k - 1) / (k + 2) * p / (1.0 - p)
    return term - log1p(-ratio) if ratio < 1.0 else 0.0


def _log_probability(n: int, p: float, k: int) -> float:
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return choose + k * log(p) + (n - k) * log1p(-p)
