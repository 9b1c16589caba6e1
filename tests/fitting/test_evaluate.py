"""One loss at many points, and the one way to name parameters that `fit`, `evaluate` and `sweep` share."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, UnknownNameError
from tests.fitting.test_fit import LIF, lif_simulation


@jax.tree_util.register_dataclass
@dataclass
class Readout:
    x: float


POINT = {"a": {"x": 1.0, "w": np.ones((2, 3), np.float32)}, "b": {"x": 2.0}}


def loss(p):
    return (p["a"]["w"] * jnp.arange(6.0).reshape(2, 3)).sum() + 10.0 * p["a"]["x"] + 100.0 * p["b"]["x"]


@pytest.mark.parametrize("batch_size", [None, 1, 3, 8])
def test_losses_of_a_population(batch_size):
    """Oracle: the loss in NumPy, one by one; seven points do not fill batches of three."""
    rng = np.random.default_rng(0)
    values = {"*.x": rng.random(7), "a.w": rng.random((7, 2, 3)), "b.x": np.arange(7)}
    expected = [
        (w * np.arange(6).reshape(2, 3)).sum() + 10 * x + 100 * i
        for i, (x, w) in enumerate(zip(values["*.x"], values["a.w"], strict=True))
    ]
    found = snn.evaluate(loss, POINT, values, batch_size=batch_size)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    one_for_all = snn.evaluate(loss, POINT, {"a.w": [0.0, 2.0]}, batch_size=batch_size)
    np.testing.assert_allclose(one_for_all, [210.0, 240.0])


def test_generations_compile_once(compilations):
    """Oracle: the counter of compilations, which stands still in the second generation."""
    f = lambda p: p["x"] ** 2  # noqa: E731
    snn.evaluate(f, {"x": 1.0}, {"x": np.arange(4.0)})
    compilations.count = 0
    np.testing.assert_allclose(snn.evaluate(f, {"x": 1.0}, {"x": np.arange(4.0) + 1}), [1, 4, 9, 16])
    assert compilations.count == 0


def test_a_loss_without_a_hash():
    """Oracle: the square, by hand."""

    @dataclass
    class Square:
        factor: float

        def __call__(self, p):
            return self.factor * p["x"] ** 2

    for factor in (1.0, 2.0):
        np.testing.assert_allclose(snn.evaluate(Square(factor), {"x": 1.0}, {"x": [1.0, 3.0]}), [factor, 9.0 * factor])


def test_a_run_is_that_of_a_sweep():
    """Oracle: `sweep` over the same values, by the same names and patterns; counts of spikes need no derivative."""
    sim = lif_simulation()
    params, state = sim.init(0)
    values = {"input.*": np.array([1.0, 3.0, 5.0]), "cell.tau_g": np.array([3.0, 4.0, 5.0])}

    def count(p):
        return sim.run(p, state, duration=60.0)[1]["cell"]["spike"].sum()

    found = snn.evaluate(count, params, values)
    swept = snn.sweep(sim, values, 60.0, measure=lambda r: r["cell"]["spike"].sum(), redraw=False)
    np.testing.assert_array_equal(found, swept)
    assert len(set(found.tolist())) > 1
    with pytest.raises(UnknownNameError, match="`values`: no parameter matches `cell.taw`. Did you mean `cell.tau`?"):
        snn.sweep(sim, {"cell.taw": np.ones(2)}, 60.0)


MISTAKES = {
    "name": ({"a.y": [1.0]}, {}, UnknownNameError, "`values`: no parameter matches `a.y`. Did you mean `a.x`?"),
    "lengths": ({"a.x": [1.0], "b.x": [1.0, 2.0]}, {}, ShapeError, r"of equal length; these are `a.x` \(1,\), `b.x`"),
    "nothing": ({}, {}, ShapeError, "these are none at all"),
    "shape": ({"a.w": np.ones((4, 2))}, {}, ShapeError, r"`a.w` takes \(k,\) values, or \(k, 2, 3\), not \(4, 2\)"),
    "number": ({"a.x": 3.0}, {}, ShapeError, r"`a.x` takes \(k,\) values, or"),
    "batch": ({"a.x": [1.0]}, {"batch_size": 0}, ArgumentError, "`batch_size` is an integer, at least 1"),
}


@pytest.mark.parametrize(("values", "options", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(values, options, error, message):
    with pytest.raises(error, match=message):
        snn.evaluate(loss, POINT, values, **options)


def test_a_loss_of_several_numbers():
    with pytest.raises(ArgumentError, match=r"`loss` returns one number, not an array of shape \(2, 3\)"):
        snn.evaluate(lambda p: p["a"]["w"], POINT, {"a.w": [1.0]})


def test_names_of_pytrees_of_any_kind():
    """Oracle: keys, positions and fields, as they stand in the tree; records of jaxsnn add nothing."""
    net = snn.Network(dt=1.0)
    net.create(1, LIF, name="cell")
    params = net.compile().init(0)[0]
    named = snn.fitting.named_leaves({"net": params, "scale": [1.0, 2.0], "mean": Readout(3.0)})
    assert {"net.cell.tau", "scale.0", "scale.1", "mean.x"} < set(named)
