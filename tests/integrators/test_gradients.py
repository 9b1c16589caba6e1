"""Each method under JAX's transformations, and in single precision."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import jaxsnn as snn

from ..cases import some
from ..equations.running import rate
from .reference import NAMES

pytestmark = pytest.mark.slow  # a derivative of every method; those of the default one are tested in tests/gradients

EQUATIONS = {
    "linear": ("tau * dx/dt + x = A : init=0.2, {0}", {"tau": [0.5, 3.0], "A": [1.0, -2.0]}),
    "coupled": (
        "dx/dt = -k * y - x / tau : init=1, {0}\ndy/dt = k * x - y / tau + A : init=-0.5, {0}",
        {"tau": [0.5, 3.0], "A": [0.3, -1.0], "k": [1.0, 2.5]},
    ),
    "nonlinear": (  # FitzHugh-Nagumo
        "dx/dt = x - x^3 / 3 - y + A : init=-1, {0}\ntau * dy/dt = x + c - b * y : init=0.4, {0}",
        {"tau": [2.0, 12.5], "A": [0.5, 1.5], "b": [0.8, 0.5], "c": [0.7, 0.2]},
    ),
}
CASES = [(e, m) for m in NAMES for e in EQUATIONS if e != "nonlinear" or m not in ("implicit", "exact")]  # not affine
OWNERS = ["_".join(case) for case in CASES]
DURATION = 3.0


@cache
def simulation(precision: str):
    """Return all cases in one network of 0.1 ms, two neurons each."""
    assert jnp.result_type(float).name == precision
    net = snn.Network(dt=0.1)
    for owner, (equation, method) in zip(OWNERS, CASES, strict=True):
        text, values = EQUATIONS[equation]
        lone = rate(text.format(method), "\n".join(f"{name} = 0.0" for name in values))
        population = net.create(2, lone.neuron, name=owner)
        population.set(values)
        net.monitor(population, population.variables)
    return net.compile()


@cache
def start(precision: str):
    """Return everything that a derivative is taken by: parameters and initial values, by population."""
    params, state = simulation(precision).init(0)
    return {owner: (params.populations[owner], state.populations[owner]) for owner in OWNERS}


def records(precision: str, values):
    """Return what `run` records from given parameters and initial values."""
    sim = simulation(precision)
    given = {f"{owner}.{name}": x for owner, parts in values.items() for part in parts for name, x in part.items()}
    return sim.run(*sim.init(0, given), duration=DURATION)[1]


def outputs(flat):
    """Return one smooth number for each population, from a flat vector of all parameters and initial values."""
    found = records("float64", ravel_pytree(start("float64"))[1](flat))
    weights = jnp.linspace(0.5, 1.5, 30)[:, None]
    return jnp.stack([sum((weights * x**2).mean() for x in found[owner].values()) for owner in OWNERS])


@cache
def point():
    return ravel_pytree(start("float64"))[0]


@cache
def reverse():
    """Return the derivative of each output (row) by each value (column), backwards through checkpoints."""
    return np.asarray(jax.jit(jax.jacrev(outputs))(point()))


@cache
def columns():
    """Return which columns are of which population, by population."""
    n = {owner: sum(x.size for x in jax.tree.leaves(parts)) for owner, parts in start("float64").items()}
    ends = np.cumsum([n[owner] for owner in sorted(OWNERS)])  # a dictionary is flattened in the order of its keys
    return {owner: slice(end - n[owner], end) for owner, end in zip(sorted(OWNERS), ends, strict=True)}


H = 1e-5


@cache
def shifted():
    """Return points to either side of the point along each axis, and the outputs there: all runs under one vmap."""
    shifts = H * jnp.eye(point().size)
    points = point()[None] + jnp.vstack([shifts, -shifts])
    return points, np.asarray(jax.jit(jax.vmap(outputs))(points))


@cache
def differences():
    """Return the same derivatives by central differences."""
    up, down = np.split(shifted()[1], 2)
    return ((up - down) / (2 * H)).T


@pytest.mark.parametrize("owner", some(OWNERS, 2))
def test_gradient_is_that_of_finite_differences(owner, double):
    """Oracle: central differences, by every parameter and initial value; exactly 0 by those of other populations."""
    row, own = OWNERS.index(owner), columns()[owner]
    found, expected = reverse()[row, own], differences()[row, own]
    assert np.max(np.abs(expected)) > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(np.delete(reverse()[row], np.r_[own]), 0.0)


def test_forward_mode_is_reverse_mode(double):
    """Oracle: the other mode, every derivative to rounding."""
    forward = jax.jit(jax.jacfwd(outputs))(point())
    assert np.all(np.abs(forward - reverse()) <= 1e-12 * np.max(np.abs(reverse()), axis=1)[:, None])


@pytest.mark.slow
def test_second_derivatives(double):
    """Oracle: central differences of the gradient, and the symmetry of second derivatives.

    At k = 0 and x = -1 the linear coefficients of the first step are exactly 0. There a custom rule for the first
    derivative alone would not do: forwards over backwards through a scan JAX drops it.
    """
    net = snn.Network(dt=0.1)
    equations = {"exponential": "k*x - x^2", "semiimplicit": "k*x - x^2", "rosenbrock": "k*x + x - x^3 / 3"}
    for method, slope in equations.items():
        lone = rate(f"dx/dt = 0.5 + {slope} : init=-1, {method}", "k = 0.0")
        net.monitor(net.create(1, lone.neuron, name=method), "x")
    sim = net.compile()

    def output(flat):
        given = {f"{P}.{name}": flat[i] for P in equations for i, name in enumerate(("k", "x"))}
        recorded = sim.run(*sim.init(0, given), duration=0.5)[1]
        return jnp.stack([(recorded[P]["x"] ** 2).mean() for P in equations])

    at, h = jnp.array([0.0, -1.0]), 1e-5
    first_and_second = jax.jit(lambda flat: (jax.jacrev(output)(flat), jax.jacfwd(jax.jacrev(output))(flat)))
    second = first_and_second(at)[1]
    slopes = [(first_and_second(at + d)[0], first_and_second(at - d)[0]) for d in h * jnp.eye(2)]
    expected = np.stack([(up - down) / (2 * h) for up, down in slopes], axis=-1)
    np.testing.assert_allclose(second, expected, rtol=1e-6)
    np.testing.assert_allclose(second, second.transpose(0, 2, 1), rtol=1e-9)


def test_a_batch_is_single_runs(double):
    """Oracle: one run after the other, without an outer jit, to rounding: a batch may fuse its operations otherwise."""
    points, together = shifted()
    for i in range(0, len(points), 50):
        np.testing.assert_allclose(together[i], outputs(points[i]), rtol=1e-13)


def test_single_precision_stays_near_double(request):
    """Oracle: the same network in double precision: 30 steps within 10 roundings of the largest value of each trace."""
    single = jax.tree.map(np.asarray, records("float32", start("float32")))
    request.getfixturevalue("double")
    expected = records("float64", start("float64"))
    for owner in OWNERS:
        for name, x in single[owner].items():
            assert x.dtype == np.float32
            bound = 10 * np.finfo(np.float32).eps * np.max(np.abs(expected[owner][name]))
            assert np.max(np.abs(x - expected[owner][name])) <= bound, f"{owner}.{name}"
