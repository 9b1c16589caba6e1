"""What compiling makes of a description: how it begins, what enters it as numbers, and a step taken apart."""

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.compiler import declared_arrays, drawn_paths, replay, with_neurons
from jaxsnn.connectivity import DELAY
from jaxsnn.equations import evaluate, run_event, run_updates, truth_of
from jaxsnn.step import find, put

CELL = snn.Neuron(
    parameters="tau = 5.0 ; on = True : bool",
    equations="""
        tau * dv/dt = 2.0 - v + g_exc + 0.1 * Normal(0.0, 1.0)
        dg_exc/dt = -g_exc / 4.0
        m = mean(v) : population
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)


@cache
def simulation():
    """Return a compiled network: drawn values, declared arrays, delays of synapses, plasticity."""
    net = snn.Network(dt=1.0, seed=3)
    P, Q = net.create(5, CELL, name="P"), net.create(4, CELL, name="Q")
    P.v = snn.Uniform(0.0, 1.0)
    Q.tau = [4.0, 5.0, 6.0, 7.0]
    exc = net.connect(P, Q, "exc", name="exc")
    exc.fixed_probability(0.6, weights=snn.Uniform(0.1, 0.6), delays=snn.DiscreteUniform(1, 4))
    net.connect(Q, P, "exc", snn.STDP(), name="plastic").all_to_all(weights=0.2, delays=2.0)
    return net.compile()


@cache
def begun():
    """Return parameters and state at the beginning."""
    return simulation().init(0)


def test_a_step_returns_the_types_of_the_beginning():
    """Oracle: the types of `init`, or the second call of a loop would compile again."""
    params, state = begun()
    after = jax.eval_shape(simulation().compiled.advance, params, state, jnp.int32(0))[0]
    described = [jax.tree.map(lambda x: (x.shape, x.dtype, getattr(x, "weak_type", False)), s) for s in (state, after)]
    assert described[0] == described[1]


def test_parameters_are_floating_point():
    """Oracle: `jax.grad` accepts the whole; integers and booleans are constants of the state."""
    params, state = begun()
    assert all(jnp.issubdtype(x.dtype, jnp.floating) for x in jax.tree.leaves(params))
    constants = jax.tree.leaves((state.constants.populations, state.constants.projections))
    assert constants and not any(jnp.issubdtype(x.dtype, jnp.floating) for x in constants)
    assert set(state.constants.populations["P"]) == {"on"} and set(state.constants.projections["exc"]) == {DELAY}


def test_what_a_key_decides():
    """Oracle: the distributions and the random connectivity of the description; weights of a rule that draws pairs."""
    expected = {
        ("populations", "P", "v"),
        ("connectivity", "exc", ""),
        ("projections", "exc", "w"),
        ("projections", "exc", DELAY),
    }
    assert set(drawn_paths(simulation().spec)) == expected


def test_what_is_declared():
    """Oracle: the arrays of the description; another value at a path is what the network begins with."""
    sim = simulation()
    declared = declared_arrays(sim.spec)
    np.testing.assert_array_equal(declared["populations", "Q", "tau"], [4.0, 5.0, 6.0, 7.0])
    given = declared | {("populations", "Q", "tau"): np.full(4, 9.0)}
    params, _ = sim.init_raw(jnp.zeros(2, jnp.uint32), given)
    assert np.asarray(params.populations["Q"]["tau"]).tolist() == [9.0] * 4


@pytest.mark.parametrize(
    "path",
    [
        ("populations", "Q", "tau"),
        ("populations", "P", "on"),
        ("populations", "P", "v"),
        ("projections", "plastic", "w"),
        ("projections", "exc", "w"),
        ("projections", "exc", DELAY),
        ("switches", "exc", "plasticity"),
    ],
)
def test_a_path_is_written_where_it_is_read(path):
    """Oracle: the value that was put; nothing else changes."""
    now = begun()
    value = jnp.zeros_like(find(*now, path))
    new = put(*now, path, value)
    assert find(*new, path) is value
    back = put(*new, path, find(*now, path))
    assert all(a is b for a, b in zip(jax.tree.leaves(back), jax.tree.leaves(now), strict=True))


def test_a_step_taken_apart():
    """Oracle: the step itself: updates and the reset, run from the names of a replay, give its variables."""
    sim = simulation()
    params, state = begun()
    for i in range(6):
        state = step_of(sim)(params, state, np.int32(i))[0]
    after = step_of(sim)(params, state, np.int32(6))[0]
    for name in ("P", "Q"):
        model = sim.spec.population(name).neuron.analysed
        scope, active = replay(sim.compiled, params, state, name)
        run_updates(model.shared_updates, scope, 1.0)
        run_updates(model.updates, scope, 1.0, active)
        flags = truth_of(evaluate(model.spike, scope)) & active
        for statement in model.reset:
            run_event(statement, scope, flags)
        for variable, value in after.populations[name].items():
            np.testing.assert_allclose(scope.values[variable], value, rtol=1e-6, err_msg=variable)
        np.testing.assert_array_equal(flags, after.spikes[name].flags)


@cache
def step_of(sim):
    return jax.jit(sim.compiled.advance)


def test_other_gradients_keep_plans():
    """Oracle: forms, kernels, deliveries and `init` of before; both ends of each plan are the new populations."""
    compiled = simulation().compiled
    other = replace(CELL, differentiable_reset=True)
    new = with_neurons(compiled, {"P": other})
    assert new.init is compiled.init and new.spec.population("P").neuron is other
    for name, plan in compiled.plans.items():
        mine = new.plans[name]
        assert (mine.form_choice, mine.kernel, mine.delivery) == (plan.form_choice, plan.kernel, plan.delivery)
        assert mine.pre is new.spec.population(plan.pre.name) and mine.post is new.spec.population(plan.post.name)
