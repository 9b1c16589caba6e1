"""Surrogate gradients of layers of spiking neurons: equal to those of layers written by hand."""

from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.connectivity._dense import Dense

from . import hand_written
from .differences import Start, mixed

N_IN, N, STEPS, REFRACTORY = 5, 6, 40, 2
ADAPTIVE = """
    tau_g * dg_exc/dt = -g_exc
    tau * dv/dt = -v - u + g_exc + drive : init = 0.1
    tau_a * du/dt = a * v - u : init = 0.05
"""
PLAIN_LIF = "tau_g * dg_exc/dt = -g_exc ; tau * dv/dt = -v + g_exc + drive : init = 0.1"
CONSTANTS = "tau = 10.0 : population; tau_g = 4.0 : population; drive = 0.6; v_thresh = 1.0; v_reset = -0.2"
SURROGATES = {
    "fast_sigmoid": snn.surrogates.fast_sigmoid(2.0),
    "triangle": snn.surrogates.triangle(0.7),
    "gaussian": snn.surrogates.gaussian(0.4),
    "arctan": snn.surrogates.arctan(3.0),
    "rectangle": snn.surrogates.rectangle(0.3),
    "slayer": snn.surrogates.slayer(4.0),
}


def neuron(adaptive: bool, surrogate: str, carries: bool) -> snn.Neuron:
    """Return a leaky integrate-and-fire neuron, with or without adaptation."""
    return snn.Neuron(
        parameters=CONSTANTS + ("; tau_a = 30.0 : population; a = 0.3; b = 0.2" if adaptive else ""),
        equations=ADAPTIVE if adaptive else PLAIN_LIF,
        spike="v > v_thresh",
        reset="v = v_reset; u += b" if adaptive else "v = v_reset",
        refractory=float(REFRACTORY),
        surrogate=SURROGATES[surrogate],
        differentiable_reset=carries,
    )


@dataclass(frozen=True)
class Case:
    """A layer: its neurons, how its recurrent synapses are stored and delayed, what stands for derivatives."""

    adaptive: bool
    storage: str
    kernel: str
    surrogate: str
    delay: str = "none"  # or "uniform", "own"
    share: float = 1.0  # of recurrent synapses that exist
    carries: bool = False  # whether gradients flow through resets

    @property
    def name(self) -> str:
        """Name of the population."""
        neuron = "adlif" if self.adaptive else "lif"
        reset = "_reset" if self.carries else ""
        return f"{neuron}_{self.storage}_{self.kernel}_{self.surrogate}_{self.delay}{reset}"


def numbers(case: Case):
    """Return trains, weights of inputs and of recurrent synapses (NaN where there is none), delays, drives."""
    draw = np.random.default_rng(3)
    trains = (draw.random((STEPS, N_IN)) < 0.15).astype(float)
    w_in, w_rec = draw.uniform(0.1, 0.7, (N_IN, N)), draw.uniform(-0.4, 0.6, (N, N))
    w_rec[draw.random((N, N)) > case.share] = np.nan
    delays = {"none": np.ones((N, N), int), "uniform": np.full((N, N), 3), "own": draw.integers(1, 5, (N, N))}
    return trains, w_in, w_rec, delays[case.delay], draw.uniform(0.9, 4.0, N)


def add(net: snn.Network, case: Case) -> None:
    """Describe a layer in a network."""
    _, w_in, w_rec, delays, drives = numbers(case)
    P = net.create(N, neuron(case.adaptive, case.surrogate, case.carries), name=case.name)
    P.drive = drives
    ways = {"storage": case.storage, "kernel": case.kernel}
    net.connect(net.population("source"), P, "exc", name=f"in_{case.name}", **ways).from_matrix(w_in, pre_post=True)
    delay = float(delays[0, 0]) if case.delay != "own" else delays.astype(float)
    net.connect(P, P, "exc", name=f"rec_{case.name}", **ways).from_matrix(w_rec, delays=delay, pre_post=True)
    net.monitor(P, ["v", "spike"], name=case.name)


@cache
def simulation(cases: tuple[Case, ...]) -> snn.Simulation:
    """Return one network with all cases."""
    net = snn.Network(dt=1.0, seed=0)
    trains = numbers(cases[0])[0]
    net.create(snn.inputs.SpikeSourceArray([np.flatnonzero(x).astype(float) for x in trains.T]), name="source")
    for case in cases:
        add(net, case)
    return net.compile()


@cache
def simulated(cases: tuple[Case, ...]):
    """Return (start, records, derivatives) of one network with all cases."""
    sim = simulation(cases)
    start = Start(sim)

    def loss(leaves):
        records = sim.run(*start.replaced(leaves), duration=float(STEPS))[1]
        return mixed(records), records

    gradient, records = jax.jit(jax.grad(loss, has_aux=True))(start.leaves)
    return start, records, gradient


def as_matrix(start: Start, projection: str, values) -> np.ndarray:
    """Return values of synapses as a matrix [pre, post], 0 where there is none."""
    storage = start.whole[1].constants.connectivity[projection]
    values = np.asarray(values)
    if isinstance(storage, Dense):
        return values
    out = np.zeros((len(values), N + 1))
    np.put_along_axis(out, np.asarray(storage.ends), values, axis=1)
    return out[:, :N]


def by_hand(case: Case) -> tuple[hand_written.Layer, dict]:
    """Return the same layer and its numbers for the functions written by hand."""
    trains, w_in, w_rec, delays, drives = numbers(case)
    layer = hand_written.Layer(trains, delays, REFRACTORY, getattr(hand_written, case.surrogate), case.carries)
    values = {"tau": 10.0, "tau_g": 4.0, "drive": drives, "v_thresh": 1.0, "v_reset": -0.2, "v": 0.1, "g": 0.0}
    adapting = {"tau_a": 30.0, "a": 0.3, "b": 0.2, "u": 0.05}
    values |= adapting if case.adaptive else {**dict.fromkeys(adapting, 0.0), "tau_a": 1.0}
    values |= {"w_in": w_in, "w_rec": np.nan_to_num(w_rec)}
    return layer, {name: jnp.asarray(x, float) for name, x in values.items()}


def mine(case: Case, layer: hand_written.Layer, p: dict):
    """Return (loss, records) of the layer written by hand."""
    records = hand_written.run(layer, p)
    return mixed({"spike": records["spike"], "v": records["v"]}), records


def own_gradient(case: Case):
    """Return (records, derivatives) of the layer written by hand."""
    layer, values = by_hand(case)
    gradient, records = jax.jit(jax.grad(lambda p: mine(case, layer, p), has_aux=True))(values)
    return records, gradient


def paired(start: Start, case: Case, gradient) -> dict:
    """Return derivatives of a network under the names of those by hand."""
    there = ~np.isnan(numbers(case)[2])
    pairs = {"w_in": as_matrix(start, f"in_{case.name}", gradient[f"0.projections.in_{case.name}.w"])}
    pairs["w_rec"] = as_matrix(start, f"rec_{case.name}", gradient[f"0.projections.rec_{case.name}.w"]) * there
    for place, names in (("0", CONSTANT), ("1", INITIAL)):
        prefix = f"{place}.populations.{case.name}."
        pairs |= {own: gradient[prefix + name] for name, own in names.items() if prefix + name in gradient}
    return pairs


CONSTANT = {name: name for name in ("tau", "tau_g", "drive", "v_thresh", "v_reset", "tau_a", "a", "b")}
INITIAL = {"v": "v", "g_exc": "g", "u": "u"}


def check(cases: tuple[Case, ...], case: Case) -> None:
    start, records, gradient = simulated(cases)
    expected_records, expected = own_gradient(case)
    assert expected_records["spike"].sum() > 30
    for name in ("spike", "v"):
        np.testing.assert_allclose(records[case.name][name], expected_records[name], rtol=1e-12, atol=1e-13)
    pairs = paired(start, case, gradient)
    assert set(pairs) == set(expected) - (set() if case.adaptive else {"tau_a", "a", "b", "u"})
    for name, found in pairs.items():
        agree(name, found, expected[name], ~np.isnan(numbers(case)[2]))


def agree(name: str, found, expected, there) -> None:
    """Compare derivatives; one number by hand stands for the values of all neurons."""
    found, expected = np.asarray(found), expected * there if name == "w_rec" else expected
    found = found.sum() if expected.ndim < found.ndim else found
    scale = np.abs(expected).max()
    assert scale > 1e-4, f"{name}: nothing depends on it"
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * scale, err_msg=name)


QUICK = (
    Case(False, "dense", "event", "fast_sigmoid"),
    Case(False, "rows", "event", "triangle", share=0.5),
    Case(True, "dense", "product", "gaussian", "uniform", carries=True),
    Case(True, "rows", "plain", "fast_sigmoid", share=0.5),
)
KINDS = [(k, d) for k in ("event", "plain", "product") for d in ("none", "uniform", "own")]
KINDS = [
    (k, d, surrogate) for (k, d), surrogate in zip(KINDS, ("fast_sigmoid", "triangle", "gaussian") * 3, strict=True)
]
GROUPS = [
    tuple(Case(adaptive, storage, *kind[::2], kind[1], share=share) for kind in KINDS)
    for adaptive in (False, True)
    for storage, share in (("dense", 1.0), ("rows", 0.5))
]
GROUPS += [
    tuple(
        Case(True, "dense", "event", surrogate, carries=carries)
        for surrogate in SURROGATES
        for carries in (False, True)
    )
]
GRID = [pytest.param(QUICK, case, id=case.name) for case in QUICK]
GRID += [pytest.param(g, case, id=case.name, marks=pytest.mark.slow) for g in GROUPS for case in g]


@pytest.mark.parametrize(("cases", "case"), GRID)
def test_layers(double, cases, case):
    """Oracle: a layer written by hand with its own spike function: spikes, traces, and derivatives by every parameter,
    weight and initial value to a relative 1e-9."""
    check(cases, case)


ALSO = (QUICK[0], QUICK[3], Case(True, "dense", "event", "rectangle", "own", carries=True))
BATCHES = [pytest.param(QUICK[1], id=QUICK[1].name)]
BATCHES += [pytest.param(case, id=case.name, marks=pytest.mark.slow) for case in ALSO]


@pytest.mark.parametrize("case", BATCHES)
def test_a_batch_of_layers(double, case):
    """Oracle: the layer written by hand, under its own vmap: three rows of drives, one set of weights.

    The gradient of each row, by drives and by recurrent weights.
    """
    sim = simulation((case,))
    start = Start(sim)
    drive = f"0.populations.{case.name}.drive"
    layer, values = by_hand(case)
    drives = values["drive"][None] + jnp.array([[-0.3], [0.0], [0.4]])

    weights = f"0.projections.rec_{case.name}.w"

    def gradient(row):
        found = jax.grad(lambda x: mixed(sim.run(*start.replaced(x), float(STEPS))[1]))({**start.leaves, drive: row})
        return found[drive], found[weights]

    by_drive, by_weight = jax.jit(jax.vmap(gradient))(drives)
    expected = jax.jit(jax.vmap(jax.grad(lambda row: mine(case, layer, {**values, "drive": row})[0])))(drives)
    np.testing.assert_allclose(by_drive, expected, rtol=1e-9, atol=1e-12)
    own = jax.grad(lambda w, row: mine(case, layer, {**values, "drive": row, "w_rec": w})[0])
    expected = jax.jit(jax.vmap(own, (None, 0)))(values["w_rec"], drives) * ~np.isnan(numbers(case)[2])[None]
    found = np.stack([as_matrix(start, f"rec_{case.name}", x) for x in by_weight])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
