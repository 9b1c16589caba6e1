"""Memory of the backward pass: plans that fit a budget, the same gradients whatever the plan."""

import logging
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, MemoryBudgetError
from jaxsnn.fitting import named_leaves
from jaxsnn.simulation._budget import Cost, fitting_checkpoints, parsed_bytes
from jaxsnn.simulation._checkpoint import Checkpoints, checkpointed, square_root

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

BUDGETS = ["64MiB", "16MiB", "8MiB"]


def scanned(carry, counter):
    def body(carry, x):
        carry = jnp.sin(carry * 1.5 + x)
        return carry, carry[0] * x

    return jax.lax.scan(body, carry, counter)


LENGTHS = [(30,), (6, 5), (4, 4), (2, 2, 3), (2, 3, 2, 2)]
QUICK = [(1, (30,)), (7, (4, 4)), (16, (2, 2, 3)), (30, (2, 3, 2, 2)), (30, (6, 5))]


@pytest.mark.parametrize(
    ("n", "lengths"),
    [pytest.param(*x, marks=() if x in QUICK else pytest.mark.slow) for x in product([1, 7, 16, 30], LENGTHS)],
)
def test_a_scan_in_scans_is_a_scan(double, n, lengths):
    """Oracle: lax.scan, values exactly and gradients to rounding, whether the lengths divide n or leave a rest."""
    counter, start = jnp.linspace(0.1, 1.0, n), jnp.array([0.3, -0.2])
    nested = lambda start: checkpointed(scanned, Checkpoints(lengths), start, counter)  # noqa: E731
    loss = lambda run: lambda start: (run(start)[1] ** 2).sum()  # noqa: E731
    plain = lambda start: scanned(start, counter)  # noqa: E731
    np.testing.assert_array_equal(nested(start)[1], plain(start)[1])
    np.testing.assert_allclose(jax.grad(loss(nested))(start), jax.grad(loss(plain))(start), rtol=1e-12)


@pytest.mark.parametrize("n", [10, 12])
def test_truncated_gradients(double, n):
    """Oracle: windows by hand, each from a state that is taken as given."""
    counter, start = jnp.linspace(0.1, 1.0, n), jnp.array([0.3, -0.2])

    def by_hand(start, gain):
        carry, total = start, 0.0
        for i in range(0, n, 4):
            carry, out = scanned(jax.lax.stop_gradient(carry) * gain, counter[i : i + 4])
            total += (out**2).sum()
        return total

    def truncated(start, gain):
        advance = lambda carry, part: scanned(carry * gain, part)  # noqa: E731
        _, out = checkpointed(advance, Checkpoints((4,), window=4), start, counter)
        return (out**2).sum()

    expected = jax.grad(by_hand, (0, 1))(start, 1.1)
    found = jax.grad(truncated, (0, 1))(start, 1.1)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-12)
    np.testing.assert_array_equal(found[0], 0.0 * expected[0])


def test_plans_take_what_they_say_and_no_more_passes_than_needed():
    """Oracle: the cost of each plan, counted; fewer passes would not fit."""
    cost = Cost(fixed=1000, state=50, step=200)
    for n in (100, 1000, 9973, 100_000):
        for budget in (30_000, 100_000, 10_000_000, 10**9):
            plan = fitting_checkpoints(n, cost, budget)
            assert cost.of(plan) <= budget
            assert np.prod(plan.lengths) >= n
            if plan.passes == 2:
                assert cost.of(Checkpoints((n,))) > budget
    assert fitting_checkpoints(10_000, cost, 10**9).passes == 1
    assert square_root(100).lengths == (10, 10)
    with pytest.raises(
        MemoryBudgetError, match=r"100000 steps does not fit into 2.0 KiB: it needs at least .* Record less"
    ):
        fitting_checkpoints(100_000, cost, 2048)


def test_amounts_of_memory():
    assert (parsed_bytes("2GiB"), parsed_bytes("1.5 MB"), parsed_bytes(1024)) == (2 * 2**30, 1.5e6, 1024)
    for wrong in ("2 apples", "-1GiB", 0, float("nan")):
        with pytest.raises(ArgumentError, match="`memory` is a number of bytes or a text"):
            parsed_bytes(wrong)


@pytest.fixture(scope="module")
def recurrent():
    """Return 200 Izhikevich neurons with all-to-all weights, and their start, in single precision."""
    return begun()


def begun():
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(200, snn.Izhikevich(noise=5.0), name="P")
    net.connect(P, P, target="exc", name="exc").all_to_all(weights=snn.Uniform(0, 0.5))
    net.monitor(P[:2], "v")
    sim = net.compile()
    return sim, *sim.init(0)


def gradient(recurrent, n, **options):
    """Return (compiled gradient of the mean square of v, gradient) of a run of n steps."""
    sim, params, state = recurrent
    loss = lambda p: jnp.mean(sim.run(p, state, float(n), **options)[1]["P"]["v"] ** 2)  # noqa: E731
    compiled = jax.jit(jax.grad(loss)).lower(params).compile()
    return compiled, compiled(params)


def within_budget(recurrent, n, budgets, reference):
    for budget in budgets:
        compiled, found = gradient(recurrent, n, memory=budget)
        assert compiled.memory_analysis().temp_size_in_bytes <= parsed_bytes(budget)
        for name, x in named_leaves(found).items():
            expected = named_leaves(reference)[name]
            np.testing.assert_allclose(x, expected, rtol=0, atol=1e-6 * np.abs(expected).max(), err_msg=name)


@pytest.mark.slow
def test_memory_stays_within_the_budget(double):
    """Oracle: what XLA says it takes, and the gradients of the plain scan.

    In double precision: in single, sums over so many steps differ by their order.
    """
    within_budget(begun(), 1000, ["4MiB"], gradient(begun(), 1000, checkpoint=False)[1])


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 10_000, 100_000])
def test_memory_stays_within_the_budget_of_long_runs(double, n):
    """Oracle: as above; where the plain scan takes too much, the plan with a square root of states."""
    within_budget(begun(), n, BUDGETS, gradient(begun(), n, checkpoint=n > 10_000)[1])


def test_a_run_says_what_it_chose(recurrent, caplog):
    sim, params, state = recurrent
    plan = sim.checkpoints(1000.0, "2MiB", params, state)
    with caplog.at_level(logging.INFO, logger="jaxsnn"):
        jax.eval_shape(lambda p: sim.run(p, state, 1000.0, memory="2MiB"), params)
    assert caplog.messages == [f"backward pass of 1000 steps: {plan}"]
    assert f"{plan}".startswith(f"{plan.lengths[0]} segments of {plan.lengths[1]} steps, each step computed 2x")
    assert sim.checkpoints(1000.0, "2MiB", truncate=100.0).window == 100
    with pytest.raises(MemoryBudgetError, match="does not fit into 10.0 KiB: it needs at least"):
        sim.run(params, state, 1000.0, memory="10KiB")


def test_truncated_runs(recurrent):
    """Oracle: a run in two halves, the second from a state that is taken as given."""
    sim, params, state = recurrent

    def halves(p):
        middle, first = sim.run(p, state, 20.0)
        second = sim.run(p, jax.lax.stop_gradient(middle), 20.0)[1]
        return jnp.sum(first["P"]["v"] ** 2) + jnp.sum(second["P"]["v"] ** 2)

    truncated = lambda p: jnp.sum(sim.run(p, state, 40.0, truncate=20.0)[1]["P"]["v"] ** 2)  # noqa: E731
    expected, found = (named_leaves(jax.jit(jax.grad(f))(params)) for f in (halves, truncated))
    whole = named_leaves(jax.jit(jax.grad(lambda p: jnp.sum(sim.run(p, state, 40.0)[1]["P"]["v"] ** 2)))(params))
    for name, x in found.items():
        np.testing.assert_allclose(x, expected[name], rtol=1e-5, atol=1e-5 * np.abs(expected[name]).max(), err_msg=name)
    assert np.abs(found["exc.w"] - whole["exc.w"]).max() > 1e-3 * np.abs(whole["exc.w"]).max()
