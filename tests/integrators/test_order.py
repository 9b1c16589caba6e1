"""Order, stability and coupling of each method, in double precision."""

from functools import cache

import numpy as np
import pytest

from ..cases import quick
from ..equations.running import rate, run
from .reference import COUPLED, NAMES, QUICK, affine_step, beside, each, factor

# Order by halving the step: one network for each step, all methods and equations side by side.

EQUATIONS = {
    "decay": "dx/dt = (A - x) / tau : init=2, {0}",
    "driven": "tau * dx/dt + x = y : {0}\ndy/dt = -k * y : init=1, {0}",
    "oscillator": "dx/dt = -k * y - x / tau : init=1, {0}\ndy/dt = k * x - y / tau : {0}",
    "logistic": "dx/dt = k * x * (1 - x) : init=0.1, {0}",
}
A, TAU, K = 0.5, 0.8, 1.7
SOLUTIONS = {
    "decay": lambda t: A + (2 - A) * np.exp(-t / TAU),
    "driven": lambda t: (np.exp(-K * t) - np.exp(-t / TAU)) / (1 - K * TAU),
    "oscillator": lambda t: np.exp(-t / TAU) * np.cos(K * t),
    "logistic": lambda t: 1 / (1 + 9 * np.exp(-K * t)),
}
STEPS = np.array([0.1, 0.05, 0.025])
EXACT = np.inf
ORDERS = {
    "explicit": {"decay": 1, "driven": 1, "oscillator": 1, "logistic": 1},
    "implicit": {"decay": 1, "driven": 1, "oscillator": 1},  # affine equations only
    "semiimplicit": {"decay": 1, "driven": 1, "oscillator": 1, "logistic": 1},
    "exponential": {"decay": EXACT, "driven": 1, "oscillator": 1, "logistic": 1},
    "rosenbrock": {"decay": EXACT, "driven": 1, "oscillator": 1, "logistic": 2},
    "midpoint": {"decay": 2, "driven": 2, "oscillator": 2, "logistic": 2},
    "rk4": {"decay": 4, "driven": 4, "oscillator": 4, "logistic": 4},
    "heun": {"decay": 2, "driven": 2, "oscillator": 2, "logistic": 2},
    "milstein": {"decay": 1, "driven": 1, "oscillator": 1, "logistic": 1},  # explicit where there is no noise
    "exact": {"decay": EXACT, "driven": EXACT, "oscillator": EXACT},  # constant coefficients only
}
CASES = [(method, equation) for method in NAMES for equation in ORDERS[method]]


@cache
def errors(methods):
    """Return the largest error over 2 ms, at multiples of 0.1 ms, by method and equation: one for each step size."""
    cases = [case for case in CASES if case[0] in methods]
    constants = f"A = {A} ; tau = {TAU} ; k = {K}"
    models = {"_".join(case): rate(EQUATIONS[case[1]].format(case[0]), constants) for case in cases}
    found: dict[tuple[str, str], list[float]] = {case: [] for case in cases}
    times = 0.1 * np.arange(1, 21)
    for dt in STEPS:
        every = round(0.1 / dt)
        recorded = run(models, steps=20 * every, dt=dt)
        for case in cases:
            x = recorded["_".join(case)]["x"][every - 1 :: every, 0]
            found[case].append(np.max(np.abs(x - SOLUTIONS[case[1]](times))))
    return found


@pytest.mark.parametrize("method, equation", quick(CASES, lambda case: case[0] in QUICK))
def test_order_of_convergence(method, equation, double):
    """Oracle: closed-form solutions, and the order that theory gives to each method.

    `exponential` and `rosenbrock` are exact for one linear equation and see the other variables frozen, order 1;
    `rosenbrock` alone is of order 2 where one equation is not linear.
    """
    error, order = errors(beside(method))[method, equation], ORDERS[method][equation]
    if order == EXACT:
        assert max(error) < 1e-14
    else:
        assert abs(np.polyfit(np.log(STEPS), np.log(error), 1)[0] - order) < 0.15
        assert error[0] < 0.5


# Stability and coupling: one network, 0.5 ms.

DT, N_STEPS = 0.5, 12
RATES = np.array([-200.0, -20.0, -5.0, -2.0, -0.2, 0.6])
FREQUENCIES = np.array([0.1, 3.0, 200.0])
DRAW = np.random.default_rng(0)
MATRICES, CONSTANTS = DRAW.normal(size=(5, 3, 3)) - 2 * np.eye(3), DRAW.normal(size=(5, 3))
ENTRIES = {f"m{i}{j}": MATRICES[:, i, j] for i in range(3) for j in range(3)}
ENTRIES |= {f"c{i}": CONSTANTS[:, i] for i in range(3)}
LINEAR_BLOCK = "\n".join(
    f"d{x}/dt = m{i}0 * x + m{i}1 * y + m{i}2 * z + c{i} : init={i + 1}, {{0}}" for i, x in enumerate("xyz")
)
# f, the derivative of five variables x, y, z, u, w; the last two are a coupled pair with the method in braces.
MIXED = np.array(
    [
        [0.0, -1.0, 0.3, 0.2, 0.0],
        [0.5, -0.5, 0.0, 0.0, 0.4],
        [0.0, 0.7, -0.7, 0.0, -0.1],
        [1.0, 0.0, 0.0, -1.0, 2.0],
        [0.0, 0.2, 0.0, -2.0, -0.3],
    ]
)
MIXED_BLOCK = """
    du/dt = x - u + 2*w : init=0.5, {0}
    dx/dt = -y + 0.3*z + 0.2*u : init=1, explicit
    2*dy/dt + y = x + 0.8*w : exponential
    dz/dt = 0.7*(y - z) - 0.1*w : init=-1, semiimplicit
    dw/dt = 0.2*y - 2*u - 0.3*w : {0}
"""
MIXING = ("implicit", "midpoint", "rk4", "rosenbrock")
PARAMETERS = "\n".join(f"{name} = 0.0" for name in ENTRIES)


def all_blocks(methods):
    """Return a population for each method and kind of block, by name."""
    return {
        **{f"scalar {m}": rate(f"dx/dt = k * x : init=1, {m}", "k = 0.0", 6, k=RATES) for m in methods},
        **{
            f"circle {m}": rate(f"dx/dt = -om * y : init=1, {m}\ndy/dt = om * x : {m}", "om = 0.0", 3, om=FREQUENCIES)
            for m in COUPLED
            if m in methods
        },
        **{f"linear {m}": rate(LINEAR_BLOCK.format(m), PARAMETERS, 5, **ENTRIES) for m in methods},
        **{f"mixed {m}": rate(MIXED_BLOCK.format(m)) for m in MIXING if m in methods},
        "branches": rate(
            "dx/dt = if t < 3: (y - x) / 0.1 else: -x : init=2, implicit\ndy/dt = ite(t < 2, -y, x) : init=1, implicit"
        ),
    }


@cache
def blocks(methods):
    """Return the recordings of the blocks of some methods: one network, 0.5 ms."""
    return run({name.replace(" ", "_"): lone for name, lone in all_blocks(methods).items()}, N_STEPS, DT)


@pytest.mark.parametrize("method", each(NAMES))
def test_stability_function(method, double):
    """Oracle: x(dt) = R(z) x(0), the stability function from the textbook, from dt = tau / 10 to dt = 100 tau.

    To some roundings of the larger of the two; over twelve steps x goes from 1 to 1e-40 and 1e80.
    """
    x = np.vstack([np.ones(6), blocks(beside(method))[f"scalar_{method}"]["x"]])
    error = np.abs(x[1:] - factor(method, DT * RATES) * x[:-1])
    assert np.all(error <= 2e-15 * np.maximum(np.abs(x[1:]), np.abs(x[:-1])))


@pytest.mark.slow
def test_stiff_equations_decay_where_explicit_methods_explode(double):
    """Oracle: A-stability: |R(z)| < 1 for every z < 0 under five methods, |R(-100)| > 1 under the others."""
    last = {method: abs(blocks(beside(method))[f"scalar_{method}"]["x"][-1, 0]) for method in NAMES}
    assert {method for method, x in last.items() if x < 1e-20} == {
        *("implicit", "semiimplicit", "exponential", "rosenbrock", "exact")
    }
    assert min(last[method] for method in ("explicit", "midpoint", "rk4")) > 1e20


@pytest.mark.parametrize("method", each(COUPLED))
def test_stability_function_of_an_oscillator(method, double):
    """Oracle: R(i om dt)^n in the complex plane; implicit circles shrink at any frequency."""
    z = factor(method, 1j * DT * FREQUENCIES) ** np.arange(1, N_STEPS + 1)[:, None]
    found = blocks(beside(method))[f"circle_{method}"]
    for x, expected in ((found["x"], z.real), (found["y"], z.imag)):
        # The exponential of a matrix is squared as often as its norm asks for, and errors of rounding with it.
        np.testing.assert_array_less(np.abs(x - expected), 1e-12 * np.maximum(1.0, DT * FREQUENCIES) * np.abs(z))


@pytest.mark.parametrize("method", each(NAMES))
def test_affine_block_of_three(method, double):
    """Oracle: NumPy; for `implicit` numpy.linalg.solve, for the others their series, five random matrices."""
    found = np.stack([blocks(beside(method))[f"linear_{method}"][name] for name in "xyz"], axis=-1)
    for i in range(5):
        x = np.array([1.0, 2.0, 3.0])
        for row in found[:, i]:
            x = affine_step(method, MATRICES[i], CONSTANTS[i], x, DT)
            np.testing.assert_allclose(row, x, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("method", each(MIXING))
def test_mixed_methods_start_from_the_state_before_the_block(method, double):
    """Oracle: NumPy. Each equation sees the variables of other methods as they were, wherever it stands in the text;
    the two of one coupling method move together."""
    names, state = "xyzuw", np.array([1.0, 0.0, -1.0, 0.5, 0.0])
    alone = [("explicit", [0]), ("exponential", [1]), ("semiimplicit", [2]), (method, [3, 4])]
    found = blocks(beside(method))[f"mixed_{method}"]
    for step in range(N_STEPS):
        new = state.copy()
        for name, of in alone:
            frozen = MIXED[of] @ state - MIXED[np.ix_(of, of)] @ state[of]
            new[of] = affine_step(name, MIXED[np.ix_(of, of)], frozen, state[of], DT)
        state = new
        np.testing.assert_allclose([found[name][step, 0] for name in names], state, rtol=1e-12, atol=1e-14)


def test_implicit_method_solves_each_branch(double):
    """Oracle: numpy.linalg.solve with the matrix of the branch that holds; a condition on time keeps it affine."""
    x, found = np.array([2.0, 1.0]), blocks(QUICK)["branches"]
    for step in range(N_STEPS):
        t = step * DT
        matrix = [[-10.0, 10.0] if t < 3 else [-1.0, 0.0], [0.0, -1.0] if t < 2 else [1.0, 0.0]]
        x = affine_step("implicit", matrix, np.zeros(2), x, DT)
        np.testing.assert_allclose([found["x"][step, 0], found["y"][step, 0]], x, rtol=1e-13)
