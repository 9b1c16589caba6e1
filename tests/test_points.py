"""Points of a sweep: every combination, or a sequence that fills a box."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError


def test_a_sweep_over_a_grid_has_its_axes():
    """Oracle: the same runs without a grid, and the parameters that each run was given."""
    net = snn.Network(dt=1.0, seed=1)
    neuron = snn.Neuron(parameters="a = 0.0 ; b = 0.0", equations="r = a + 10.0 * b + Normal(0.0, 0.01)")
    cells = net.create(2, neuron, name="P")
    net.monitor(cells, "r")
    sim = net.compile()
    points = snn.grid({"P.a": [0.0, 1.0, 2.0], "P.b": np.array([[0.0, 0.5], [1.0, 1.5]])})
    mapped = snn.sweep(sim, points, 3.0)["P"]["r"]
    listed = snn.sweep(sim, dict(points), 3.0)["P"]["r"]
    assert mapped.shape == (3, 2, 3, 2)
    np.testing.assert_array_equal(mapped.reshape(6, 3, 2), listed)
    wanted = np.array([0.0, 1.0, 2.0])[:, None, None] + 10.0 * np.array([[0.0, 0.5], [1.0, 1.5]])
    np.testing.assert_allclose(mapped.mean(2), wanted, atol=0.05)


def test_a_grid_is_every_combination():
    """Oracle: `numpy.meshgrid`."""
    points = snn.grid({"a": [1, 2], "b": [3.0, 4.0, 5.0], "c": [0.5]})
    wanted = np.meshgrid([1.0, 2.0], [3.0, 4.0, 5.0], [0.5], indexing="ij")
    for name, values in zip("abc", wanted, strict=True):
        np.testing.assert_array_equal(points.shaped(points[name]), values)
    assert (points.shape, points.number, list(points), len(points)) == ((2, 3, 1), 6, ["a", "b", "c"], 3)


def test_sobol_points_are_even():
    """Oracle: the definition of a net in base 2: each of 16 equal boxes holds as many points."""
    points = snn.sobol({"x": (-1.0, 1.0), "y": (10.0, 20.0)}, 64, seed=3)
    x, y = (points["x"] + 1.0) / 2.0, (points["y"] - 10.0) / 10.0
    for columns, rows in ((16, 1), (4, 4), (1, 16)):
        counts = np.histogram2d(x, y, (columns, rows), ((0, 1), (0, 1)))[0]
        assert (counts == 4).all()
    np.testing.assert_array_equal(points["x"], snn.sobol({"x": (-1.0, 1.0), "y": (10.0, 20.0)}, 64, seed=3)["x"])
    assert (points["x"] != snn.sobol({"x": (-1.0, 1.0), "y": (10.0, 20.0)}, 64, seed=4)["x"]).any()


WRONG = {
    "no axis": (lambda: snn.grid({}), "at least one axis"),
    "a number": (lambda: snn.grid({"a": 1.0}), "the axis `a` is a list of numbers"),
    "an empty axis": (lambda: snn.grid({"a": []}), "the axis `a` is a list of numbers"),
    "a text": (lambda: snn.grid({"a": ["x"]}), "the axis `a` is a list of numbers"),
    "a list": (lambda: snn.grid([1.0, 2.0]), "`axes` is a dictionary of values by name"),
    "no range": (lambda: snn.sobol({}, 8), "at least one value"),
    "ends in reverse": (lambda: snn.sobol({"a": (1.0, 0.0)}, 8), "the range of `a` is .* increasing"),
    "an infinite end": (lambda: snn.sobol({"a": (0.0, np.inf)}, 8), "the range of `a`"),
    "three ends": (lambda: snn.sobol({"a": (0.0, 1.0, 2.0)}, 8), "the range of `a`"),
    "no power of two": (lambda: snn.sobol({"a": (0.0, 1.0)}, 100), "a power of two.* not 100: take 128"),
    "no points": (lambda: snn.sobol({"a": (0.0, 1.0)}, 0), "`number` is an integer, at least 1"),
    "a negative seed": (lambda: snn.sobol({"a": (0.0, 1.0)}, 4, seed=-1), "`seed` is an integer, at least 0"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_points(case):
    call, message = WRONG[case]
    with pytest.raises(ArgumentError, match=message):
        call()
