"""Bounds on the number of synapses that chance gives to a neuron."""

from math import comb

import pytest

from jaxsnn.connectivity._bounds import PROBABILITY_OF_EXCESS, PROBABILITY_OF_UNUSUAL, most_successes, usual_most


@pytest.mark.parametrize(("trials", "probability"), [(10, 0.5), (40, 0.1), (200, 0.02), (60, 0.9)])
@pytest.mark.parametrize("rows", [1, 1000])
def test_no_more_than_is_allowed(trials, probability, rows):
    """Oracle: the tail of the binomial distribution, term by term: below the bound, and above it one success lower."""

    def tail(k: int) -> float:
        terms = (
            comb(trials, i) * probability**i * (1.0 - probability) ** (trials - i) for i in range(k + 1, trials + 1)
        )
        return rows * sum(terms)

    k = most_successes(trials, probability, rows)
    assert k == trials or tail(k) <= PROBABILITY_OF_EXCESS
    assert tail(k - 2) > PROBABILITY_OF_EXCESS  # the sum of the tail is estimated from above, by one success at most
    usual = usual_most(trials, rows * trials * probability, rows)
    assert usual == trials or tail(usual) <= PROBABILITY_OF_UNUSUAL < tail(usual - 2)


def test_no_choice():
    """Oracle: certainty."""
    assert [most_successes(10, p, 7) for p in (0.0, 1.0)] == [0, 10]
    assert most_successes(0, 0.5, 7) == 0
