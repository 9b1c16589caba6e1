"""What a neuron sends reaches the neurons to which it has a synapse, and no others, also where it is not finite."""

import numpy as np
import pytest

import jaxsnn as snn

NONE = np.nan
WEIGHTS = np.array([[NONE, 2.0, 3.0], [1.0, 1.5, NONE]])  # (post, pre)
RATES = np.array([0.0, 4.0, 9.0])


@pytest.mark.filterwarnings("ignore:.*is not finite")
def test_what_is_not_finite_stays_where_it_goes():
    """Oracle: by hand, in both storages: the second neuron has a synapse of the one whose logarithm is -infinity."""
    net = snn.Network(dt=1.0)
    pre = net.create(3, snn.Neuron(parameters="r = 1.0"), name="pre")
    pre.r = RATES
    posts = {storage: net.create(2, snn.Neuron(equations="r = sum(exc)")) for storage in ("dense", "rows")}
    for storage, post in posts.items():
        net.connect(pre, post, "exc", snn.Synapse(psp="w * log(pre.r)"), storage=storage).from_matrix(WEIGHTS)
    net.compile()
    net.simulate(1.0)
    for post in posts.values():
        np.testing.assert_allclose(post.r, [2.0 * np.log(4.0) + 3.0 * np.log(9.0), -np.inf], rtol=1e-6)
