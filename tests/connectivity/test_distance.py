"""Weights that depend on the distance of two neurons."""

import numpy as np
import pytest

from jaxsnn.connectivity import difference_of_gaussians, gaussian
from jaxsnn.errors import ArgumentError


def by_hand(pre, post, weight, limit):
    """Return {(pre, post): weight} by loops over scaled coordinates, in double precision."""
    scaled = [
        [tuple(c / max(1, n - 1) for c, n in zip(place, geometry, strict=True)) for place in np.ndindex(*geometry)]
        for geometry in (pre, post)
    ]
    found = {}
    for i, here in enumerate(scaled[0]):
        for j, there in enumerate(scaled[1]):
            w = weight(sum((a - b) ** 2 for a, b in zip(here, there, strict=True)))
            if abs(w) > limit:
                found[i, j] = w
    return found


def bell(squared, amp, sigma):
    return amp * np.exp(-squared / (2.0 * sigma**2))


@pytest.mark.parametrize(("pre", "post"), [((7,), (4,)), ((4, 3), (3, 5)), ((2, 3, 2), (2, 2, 3))])
def test_gaussian(pre, post):
    """Oracle: loops, in double precision."""
    made = gaussian(pre, post, 2.0, 0.4, 0.1, 1.0, same_population=False, self_connections=False)
    expected = by_hand(pre, post, lambda d: bell(d, 2.0, 0.4), 0.2)
    found = dict(zip(zip(made.pre.tolist(), made.post.tolist(), strict=True), made.own_weights, strict=True))
    assert found.keys() == expected.keys() and 0 < len(found) < np.prod(pre) * np.prod(post)
    np.testing.assert_allclose([found[key] for key in expected], list(expected.values()), rtol=1e-5)


def test_difference_of_gaussians():
    """Oracle: loops, in double precision; in one population a neuron does not meet itself."""
    pre = (4, 4)
    made = difference_of_gaussians(pre, pre, (2.0, 0.4), (1.0, 0.9), 0.05, 1.0, True, False)
    expected = by_hand(pre, pre, lambda d: bell(d, 2.0, 0.4) - bell(d, 1.0, 0.9), 0.05)
    found = dict(zip(zip(made.pre.tolist(), made.post.tolist(), strict=True), made.own_weights, strict=True))
    expected = {key: w for key, w in expected.items() if key[0] != key[1]}
    assert found.keys() == expected.keys() and min(found.values()) < 0 < max(found.values())
    np.testing.assert_allclose([found[key] for key in expected], list(expected.values()), rtol=1e-4)


def test_what_has_no_distance():
    with pytest.raises(ArgumentError, match="`sigma` is a width, greater than 0, not 0"):
        gaussian((3,), (3,), 1.0, 0.0, 0.1, 1.0, False, False)
    with pytest.raises(ArgumentError, match="`sigma_neg` is a width"):
        difference_of_gaussians((3,), (3,), (1.0, 1.0), (1.0, -1.0), 0.1, 1.0, False, False)
    with pytest.raises(ArgumentError, match="the same dimension"):
        gaussian((3,), (3, 3), 1.0, 0.5, 0.1, 1.0, False, False)
