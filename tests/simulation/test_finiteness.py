"""What is not finite is found where it begins, and is not passed over in silence."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import FitError, JaxsnnWarning, NonFiniteError, ReplicaError
from jaxsnn.frontend._replica_batch import ReplicaBatch

# At t = a, x becomes NaN, 0 times infinity. `earlier` stands before it in the alphabet, after it in the text.
FIRST = snn.Neuron(
    parameters="a = -1.0 : population",
    equations="x += 0.0 / (t - a) : init=1.0; earlier = x + 1.0; r = x",
)
SECOND = snn.Neuron(parameters="k = 1.0", equations="r = k * sum(exc)")
SYNAPSE = snn.Synapse(
    parameters="b = -1.0 : projection", psp="w * z * pre.r", equations="z += 0.0 / (t - b) : init=1.0"
)
CASES = {
    "b": ("projection", "p", 3.0, "z", 3),
    "a": ("population", "A", 5.0, "x", 5),
    "w": ("projection", "p", np.nan, "w", 0),
    "k": ("population", "B", np.nan, "r", 0),
}


@pytest.fixture(scope="module")
def net():
    net = snn.Network(dt=1.0, seed=1, strict=False)
    A, B = net.create(3, FIRST, name="A"), net.create(2, SECOND, name="B")
    net.connect(A, B, "exc", SYNAPSE, name="p").from_matrix(np.array([[1.0, np.nan, 2.0], [np.nan, 0.5, np.nan]]))
    net.monitor(A, "x", name="M")
    net.compile()
    return net


@pytest.mark.filterwarnings("ignore:.*takes numbers, not NaN")
@pytest.mark.parametrize("cause", CASES)
def test_the_cause_is_found(net, cause):
    """Oracle: the seeded fault, from which all others follow, in the same step or in the next one."""
    kind, owner, value, name, step = CASES[cause]
    net.reset(projections=True)
    part = getattr(net, kind)(owner)
    kept = getattr(part, cause)
    setattr(part, cause, value)
    with pytest.raises(NonFiniteError, match=f"`{name}` of {kind} `{owner}` is not finite after step {step}") as caught:
        net.simulate(20.0, check_finite=True)
    assert (getattr(caught.value, kind), net.get_current_step()) == (owner, 0)
    with pytest.warns(JaxsnnWarning, match="is not finite at t = 20 ms"):
        net.simulate(20.0)
    net.simulate(20.0)  # warnings are errors here: it is said once
    setattr(part, cause, kept)


def test_all_is_finite(net):
    """Oracle: no fault was seeded; places without a synapse do not count."""
    net.reset(projections=True)
    net.simulate(20.0, check_finite=True)
    net.simulate(70.0)


def test_short_calls(net):
    """Oracle: the seeded fault, in step 5: it is looked for after the calls 1, 2, 4 and 8."""
    net.reset(projections=True)
    net.population("A").a = 5.0
    for _ in range(7):
        net.step()
    with pytest.warns(JaxsnnWarning, match=r"`x` of population `A` and 3 others is not finite at t = 8 ms"):
        net.step()
    net.population("A").a = -1.0


def nothing(records):
    return jnp.zeros(())


def last_x(records):
    return records["M"]["x"][-1]


def test_runs_of_a_sweep(net):
    """Oracle: the seeded faults, in runs 1 and 2."""
    runs = {"A.a": np.array([-1.0, 5.0, 3.0, 30.0])}, 20.0
    with pytest.warns(JaxsnnWarning, match=r"of 2 of 4 runs is not finite: 1, 2. `sweep\(..., check_finite=True\)`"):
        snn.sweep(net.compile(), *runs, measure=nothing)
    with pytest.raises(
        NonFiniteError, match=r"`x` of population `A` is not finite after step 5 .* in run 1\."
    ) as caught:
        snn.sweep(net.compile(), *runs, measure=nothing, check_finite=True)
    assert (caught.value.run, caught.value.step) == (1, 5)


def test_a_cause_in_synapses_of_a_sweep(net):
    """Oracle: the seeded fault; run 0 has none, and a watched sweep gives the numbers of one that is not watched."""
    with pytest.raises(NonFiniteError, match=r"`z` of projection `p` is not finite after step 3 .* in run 1\."):
        snn.sweep(net.compile(), {"p.b": np.array([-1.0, 3.0])}, 20.0, measure=nothing, check_finite=True)
    sound = {"A.a": np.array([-1.0, 30.0])}, 20.0
    watched, plain = (snn.sweep(net.compile(), *sound, measure=last_x, check_finite=on) for on in (True, False))
    np.testing.assert_array_equal(watched, plain)


def test_replicas(net):
    """Oracle: the seeded fault, in replica 1."""

    def method(net, a):
        net.population("A").a = a
        net.simulate(20.0)
        net.simulate(20.0)

    with pytest.warns(JaxsnnWarning, match="1 of 2 replicas is not finite: 1. `simulate.*check_finite") as said:
        net.parallel_run(method, number=2, a=[-1.0, 5.0])
    assert len(said) == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", [{}, {"sequential": True}, {"batch_size": 3}], ids=str)
@pytest.mark.parametrize("before", [0.0, 2.0], ids=["first", "later"])
def test_the_cause_is_found_in_a_replica(net, how, before):
    """Oracle: the seeded faults, in replicas 1 and 2, which stay where they were; the others go on."""

    def method(net, a):
        net.population("A").a = a
        net.simulate(before)
        if a < 0.0:
            net.simulate(20.0, check_finite=True)
            return net.get_monitor("M").get("x").shape
        with pytest.raises(NonFiniteError, match=f"`x` of population `A` is not finite after step {a:g} ") as caught:
            net.simulate(20.0, check_finite=True)
        np.testing.assert_array_equal(net.population("A").x, 1.0)
        assert (caught.value.step, net.get_current_step()) == (a, before)
        net.simulate(a - before, check_finite=True)  # up to the step before
        return net.get_monitor("M").get("x").shape

    shapes = net.parallel_run(method, number=3, a=[-1.0, 5.0, 7.0], **how)
    assert shapes == [(20 + before, 3), (5, 3), (7, 3)]


def test_an_unwatched_replica_beside_a_watched_one(net):
    """Oracle: the seeded fault: who does not look at it goes on, over the length of a record buffer."""

    def method(net, check):
        net.population("A").a = 5.0
        net.simulate(70.0, check_finite=check)
        return net.get_current_step()

    with (
        pytest.warns(JaxsnnWarning, match="the last state of 1 of 2 replicas is not finite: 0"),
        pytest.raises(ReplicaError, match="replica 1 of 2 raised NonFiniteError: `x` of population `A`") as caught,
    ):
        net.parallel_run(method, number=2, check=[False, True])
    assert caught.value.results == [70, None]


def test_a_replica_goes_back_over_several_buffers(net, monkeypatch):
    """Oracle: the state and the records before the call, whose first pieces were finite."""
    monkeypatch.setattr(ReplicaBatch, "_rows", lambda batch, longest: 4)

    def method(net):
        net.population("A").a = 13.0
        net.simulate(3.0)
        with pytest.raises(NonFiniteError, match="after step 13 "):
            net.simulate(20.0, check_finite=True)
        return net.get_current_step(), net.get_monitor("M").get("x").shape

    assert net.parallel_run(method, number=2) == [(3, (3, 3))] * 2


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_validation(bad):
    """Oracle: the seeded fault; the loss and its gradient are finite."""
    loss, validate = lambda p: (p["a"] - 1.0) ** 2, lambda p: p["a"] * bad
    with pytest.raises(FitError, match="the value of `validate` is not finite at step 0"):
        snn.fit(loss, {"a": 0.5}, optax.sgd(0.1), 6, validate=validate, validate_every=3)
