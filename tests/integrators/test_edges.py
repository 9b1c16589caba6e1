"""Each method where something special happens: no linear part, shared variables, draws, refractory neurons, bounds."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.integrators._exponential import phi

from ..equations.running import Lone, rate, run
from .reference import NAMES, affine_step, beside, each

DT, N_STEPS = 0.5, 24


def _spiking(method: str) -> Lone:
    neuron = snn.Neuron(
        parameters="tau = 4.0 ; tau_g = 6.0",
        equations=f"""
            tau * dv/dt = -v + 2 + g_exc : init=0.5, {method}
            tau * dx/dt = v - x : {method}
            tau_g * dg_exc/dt = -g_exc : init=3, {method}
        """,
        spike="v > 2",
        reset="v = 1",
        refractory=1.5,
    )
    return Lone(neuron)


SHARED = "tau*dx/dt + x = A + 0.2*y : init=2, {0}{1}\ndy/dt = x - y : {0}{1}\nr = x"
GIVEN = "tau = 3.0 : population\nA = 0.4 : population"
FADING = ("exponential", "semiimplicit", "rosenbrock")


def models(methods) -> dict[str, Lone]:
    """Return a population for each method and place, by name."""
    return {
        **{f"fading_{m}": rate(f"k = pos(2 - t)\ndx/dt = 0.7 - k*x : init=3, {m}") for m in FADING if m in methods},
        **{f"shared_{m}": rate(SHARED.format(m, ", population"), GIVEN, 3) for m in methods},
        **{f"local_{m}": rate(SHARED.format(m, ""), GIVEN, 3) for m in methods},
        **{
            f"draws_{m}": rate(
                f"dx/dt = Binomial(1, 0.5) - x + 0.3*y : {m}\ndy/dt = 2*Binomial(1, 0.5) - y : {m}", size=20
            )
            for m in methods
        },
        **{f"refractory_{m}": _spiking(m) for m in methods},
        **{
            f"bounds_{m}": rate(f"dx/dt = 1 - 0.2*x : max=1.5, {m}\ndy/dt = x - y - 2 : init=1, min=-x / 2, {m}")
            for m in methods
        },
    }


@cache
def runs(methods):
    """Return the recordings of the models of some methods: one network, 24 steps of 0.5 ms."""
    return run(models(methods), N_STEPS, DT)


# The linear coefficient becomes 0


@pytest.mark.slow
@pytest.mark.parametrize("method", FADING)
def test_linear_part_that_vanishes(method, double):
    """Oracle: NumPy; from t = 2 ms on the coefficient is 0, and the step is that of explicit Euler, bit for bit."""
    found, x = runs(beside(method))[f"fading_{method}"]["x"][:, 0], np.array([3.0])
    for step in range(N_STEPS):
        k = max(2 - step * DT, 0.0)
        before = x if step == 0 else found[step - 1 : step]
        x = affine_step(method, [[-k]], [0.7], before, DT)
        np.testing.assert_allclose(found[step], x[0], rtol=1e-14)
        if k == 0:
            assert found[step] == before[0] + DT * 0.7


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["single", "double"])
def test_gradient_where_there_is_no_linear_part(precision, request):
    """Oracle: closed forms at k = 0 of one step of x' = a - k x, by k and by x; explicit Euler's by a and x."""
    if precision == "double":
        request.getfixturevalue("double")
    net, methods = snn.Network(dt=DT), ("explicit", *FADING, "implicit")
    for method in methods:
        lone = rate(f"dx/dt = a - k*x : init=3, {method}", "k = 0.0 ; a = 0.7")
        net.monitor(net.create(1, lone.neuron, name=method), "x")
    sim = net.compile()

    def one_step(k, a, x):
        values = {f"{m}.{name}": v for m in methods for name, v in (("k", k), ("a", a), ("x", x))}
        recorded = sim.step(*sim.init(0, values))[1]
        return jnp.stack([recorded[m]["x"][0] for m in methods])

    by_k, by_a, by_x = jax.jacrev(one_step, argnums=(0, 1, 2))(*jnp.array([0.0, 0.7, 3.0]))
    first, half, whole = -DT * 3.0, DT**2 * 0.7 / 2, DT**2 * 0.7
    rtol = 1e-6 if precision == "single" else 1e-15
    np.testing.assert_allclose(by_k, [first, first - half, first - whole, first - half, first - whole], rtol=rtol)
    np.testing.assert_allclose(by_a, DT, rtol=rtol)
    np.testing.assert_allclose(by_x, 1.0, rtol=rtol)


SIZES = [0.0, 1e-30, 1e-12, 1e-7, 9e-6, 1.1e-5, 1e-4, 1e-3, 0.02, 0.0999, 0.1001, 0.5, 1.0, 5.0, 30.0]
ARGUMENTS = [*SIZES, *(-z for z in SIZES), -1e3, -1e10]


def _series(z: float) -> tuple[float, float, float]:
    """Return phi and two derivatives, from 40 terms of the series where it is small, else from the closed form."""
    if abs(z) <= 1:
        terms = [1.0]
        for k in range(1, 40):
            terms.append(terms[-1] / (k + 1))
        whole = np.polynomial.Polynomial(terms)
        return whole(z), whole.deriv()(z), whole.deriv(2)(z)
    e, phi = np.exp(z), np.expm1(z) / z
    slope = (e - phi) / z
    return phi, slope, (e - 2 * slope) / z


@pytest.mark.parametrize("precision", ["single", "double"])
def test_phi_and_its_derivatives(precision, request):
    """Oracle: the series of (exp(z) - 1) / z, term by term, and np.expm1; for tiny and for large arguments.

    The value to some roundings; a derivative loses digits where the quotient begins, at 0.1, the second one twice.
    """
    if precision == "double":
        request.getfixturevalue("double")
    z = jnp.array(ARGUMENTS)
    expected = np.transpose([_series(float(x)) for x in np.asarray(z, np.float64)])
    found = [jax.jit(jax.vmap(f))(z) for f in (phi, jax.grad(phi), jax.grad(jax.grad(phi)))]
    eps = np.finfo(z.dtype).eps
    np.testing.assert_allclose(found[0], expected[0], rtol=4 * eps)
    np.testing.assert_allclose(found[1], expected[1], rtol=50 * eps)
    np.testing.assert_allclose(found[2], expected[2], rtol=5000 * eps, atol=1e-300)


# Shared variables and draws


@pytest.mark.parametrize("method", each(NAMES))
def test_shared_variables(method, double):
    """Oracle: NumPy, and the same equations with one value per neuron, to rounding."""
    shared, local, x = (
        runs(beside(method))[f"shared_{method}"],
        runs(beside(method))[f"local_{method}"],
        np.array([2.0, 0.0]),
    )
    assert shared["x"].shape == (N_STEPS,) and shared["r"].shape == (N_STEPS, 3)
    for step in range(N_STEPS):
        x = affine_step(method, [[-1 / 3, 0.2 / 3], [1.0, -1.0]], [0.4 / 3, 0.0], x, DT)
        np.testing.assert_allclose([shared["x"][step], shared["y"][step]], x, rtol=1e-12)
    for name in "xy":
        np.testing.assert_allclose(local[name], np.repeat(shared[name][:, None], 3, axis=1), rtol=1e-14)


@pytest.mark.parametrize("method", each(NAMES))
def test_every_stage_sees_the_same_draw(method, double):
    """Oracle: NumPy with each of the four pairs of draws; a second draw within the step would be none of them."""
    found = np.stack([runs(beside(method))[f"draws_{method}"][name] for name in "xy"], axis=-1)
    before = np.concatenate([np.zeros((1, 20, 2)), found[:-1]])
    matrix, seen = [[-1.0, 0.3], [0.0, -1.0]], []
    for pair in ((0, 0), (0, 2), (1, 0), (1, 2)):
        after = np.apply_along_axis(lambda x, c=pair: affine_step(method, matrix, c, x, DT), -1, before)
        seen.append(np.max(np.abs(after - found), axis=-1) < 1e-12)
    np.testing.assert_array_equal(np.sum(seen, axis=0), 1)
    assert np.all(np.mean(seen, axis=(1, 2)) > 0.15)  # 480 steps, a quarter each


# Refractory neurons and bounds


@pytest.mark.parametrize("method", each(NAMES))
def test_refractory_neurons_stand_still(method, double):
    """Oracle: NumPy. v and x wait for three steps after a spike, the ODE of the conductance goes on."""
    matrix, wait, spikes = np.array([[-1 / 4, 0.0, 1 / 4], [1 / 4, -1 / 4, 0.0], [0.0, 0.0, -1 / 6]]), 0, []
    found, state = runs(beside(method))[f"refractory_{method}"], np.array([0.5, 0.0, 3.0])
    for step in range(N_STEPS):
        np.testing.assert_allclose(found["g_exc"][step, 0], state[2], rtol=1e-13)  # monitors see it before the update
        new = affine_step(method, matrix, np.array([0.5, 0.0, 0.0]), state, DT)
        state = np.array([*state[:2], new[2]]) if wait else new
        if wait:
            wait -= 1
        elif state[0] > 2:
            state[0], wait = 1.0, 3
            spikes.append(step)
        np.testing.assert_allclose([found["v"][step, 0], found["x"][step, 0]], state[:2], rtol=1e-12)
    assert found["spike"] == {0: spikes} and len(spikes) >= 2


@pytest.mark.parametrize("method", each(NAMES))
def test_bounds_apply_after_the_step_of_each_method(method, double):
    """Oracle: NumPy. Stages see no bound; x switches first, so that the bound of y sees the bounded new x."""
    state, found = np.array([0.0, 1.0]), runs(beside(method))[f"bounds_{method}"]
    for step in range(N_STEPS):
        x, y = affine_step(method, [[-0.2, 0.0], [1.0, -1.0]], [1.0, -2.0], state, DT)
        x = min(x, 1.5)
        state = np.array([x, max(y, -x / 2)])
        np.testing.assert_allclose([found["x"][step, 0], found["y"][step, 0]], state, rtol=1e-12, atol=1e-15)
    assert found["x"][-1, 0] == 1.5
