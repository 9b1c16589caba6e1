"""How many synapses a neuron has at most when chance decides: in all networks but one in 10^12, and in most of them."""

from math import inf, lgamma, log, log1p

PROBABILITY_OF_EXCESS = 1e-12
PROBABILITY_OF_UNUSUAL = 0.01


def most_successes(trials: int, probability: float, rows: int, excess: float = PROBABILITY_OF_EXCESS) -> int:
    """Return the smallest k such that all rows have at most k successes, except with a small probability.

    Args:
        trials: number of independent trials in a row.
        probability: of a success in a trial.
        rows: number of rows.
        excess: probability that some row has more.

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
    allowed = log(excess / max(1, rows))
    k = min(trials, int(trials * probability))
    while k < trials and _log_tail(trials, probability, k) > allowed:
        k += 1
    return k


def usual_most(trials: int, expected: float, rows: int) -> int:
    """Return how many synapses the neurons of a side have at most in 99 of 100 networks.

    Args:
        trials: number of neurons of the other side.
        expected: number of synapses of all rows together.
        rows: number of neurons of this side.

    Example:
        >>> usual_most(4000, 0.02 * 4000 * 4000, 4000)
        123
    """
    return most_successes(trials, expected / max(1, rows * trials), rows, PROBABILITY_OF_UNUSUAL)


def _log_tail(n: int, p: float, k: int) -> float:
    """Return log P(X > k) of a binomial variable X.

    The terms above k fall at least as fast as a geometric series with the ratio of the first two, whose sum is an upper
    bound that is exact enough.
    """
    if k >= n:
        return -inf
    term = _log_probability(n, p, k + 1)
    ratio = (n - k - 1) / (k + 2) * p / (1.0 - p)
    return term - log1p(-ratio) if ratio < 1.0 else 0.0


def _log_probability(n: int, p: float, k: int) -> float:
    """Return log P(X = k) of a binomial variable X of n trials with probability p."""
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return choose + k * log(p) + (n - k) * log1p(-p)
