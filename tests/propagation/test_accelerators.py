"""Kernels for accelerators, forced on a CPU, which kernel is chosen where, and what a step becomes on a GPU and a TPU.

Values and gradients of every kernel are held to the plain path in `test_kernels.py`; here is what is particular to
these: lists that overflow, batches that must keep their branch, delays of synapses, and programs without walks.
"""

import re
import runpy
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.connectivity import Side, delay_ring
from jaxsnn.errors import ArgumentError
from jaxsnn.propagation import Load, choose, costs, materialise
from jaxsnn.propagation._scatter_kernel import capacity_of, scatter
from jaxsnn.simulation import build_simulation
from jaxsnn.surrogates import fast_sigmoid

from .test_kernels import CASES, ENDS, N, assert_same, form_of, kernel_of, operands, spikes

LISTED = 6  # of 25 neurons


FORMS = [
    ("rows", False),
    pytest.param("rows", True, marks=pytest.mark.slow),
    pytest.param("dense", False, marks=pytest.mark.slow),
]


@pytest.mark.slow
@pytest.mark.parametrize(("form", "pending"), FORMS)
def test_any_number_of_spikes(double, form, pending):
    """Oracle: the plain path: silence, a few spikes, a full list, one more than it holds, everybody; mixed ones too."""
    ops, distance, into, (ours, plain) = in_a_short_list(form, pending)
    members, order = np.arange(5, 30), np.random.default_rng(0).permutation(25)
    rows = [(-jnp.abs(distance)).at[members[order[:k]]].set(1.0) for k in (0, 3, LISTED, LISTED + 1, 25)]
    several = {"exc": jnp.stack([into] * 3)}
    for batch in (*([row] * 3 for row in rows), rows[:3], rows[2:]):  # of the last, some members overflow
        assert_same(*(f(ops, jnp.stack(batch), several) for f in (ours, plain)), rtol=1e-12, atol=1e-12)


def in_a_short_list(form: str, pending: bool):
    """Return operands, distances, an input, and scatter in a short list and plain, for batches of spikes."""
    made, storage = form_of(form, ENDS["slices"])
    ops, distance, _, into = operands(made, storage, CASES["add"])
    if pending:
        delays = 1 + jnp.arange(storage.ends.size, dtype=jnp.int32).reshape(storage.ends.shape) % 4
        made = delay_ring(made, 4)
        ops = replace(ops, storage=made.storage(storage, delays, jnp.int32(3)))
    short = scatter(made, Side.PRE, CASES["add"].rule, fast_sigmoid(), capacity=LISTED)
    kernels = short, kernel_of("plain", made, CASES["add"])
    runs = [lambda o, d, i, k=k: k(o, spikes(d), {}, i, None)[1] for k in kernels]
    total = jnp.tile(into["exc"], 4 if pending else 1)
    return ops, distance, total, [jax.jit(jax.vmap(f, (None, 0, 0))) for f in runs]


def branches(text: str) -> int:
    """Return how many branches a lowered program has."""
    return len(re.findall(r"stablehlo\.(?:case|if)\b", text))


def walks(text: str) -> int:
    """Return how many loops a lowered program has whose end depends on data: not on a counter and a constant."""
    conditions = re.findall(r"cond \{(.*?)\} do \{", text, re.DOTALL)
    assert len(conditions) == text.count("stablehlo.while")
    counts = re.compile(
        r"\s*(%\S+) = stablehlo\.constant dense<[1-9]\d*> : tensor<i(?:32|64)>\s*"
        r"%\S+ = stablehlo\.compare\s+LT, %iterArg\S*, \1,.*\s*stablehlo\.return \S+ : tensor<i1>\s*"
    )
    return sum(counts.fullmatch(condition) is None for condition in conditions)


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["own spikes", pytest.param("own weights", marks=pytest.mark.slow)])
def test_a_batch_keeps_its_branch(batch):
    """Oracle: the lowered text: a branch, not a choice between two results that are both computed."""
    made, storage = form_of("rows", ENDS["slices"])
    ops, distance, _, into = operands(made, storage, CASES["add"], batch=(3,))
    kernel = scatter(made, Side.PRE, CASES["add"].rule, fast_sigmoid(), capacity=LISTED)
    single, _, _, _ = operands(made, storage, CASES["add"])
    mine, axis = (ops, 0) if batch == "own weights" else (single, None)
    run = jax.vmap(lambda o, d, i: kernel(o, spikes(d), {}, i, None)[1], (axis, 0, 0))
    text = jax.jit(run).trace(mine, distance, into).lower(lowering_platforms=("cuda",)).as_text()
    assert branches(text) == 1 and walks(text) == 0
    if batch == "own spikes":  # rows are read from the shared weights, which are not copied for the members
        rows, width = made.shape
        assert f"(tensor<1x{rows}x{width}xf32>, tensor<3x{LISTED}x2xi32>) -> tensor<3x{LISTED}x{width}xf32>" in text


def test_lists_are_as_long_as_pays():
    """Oracle: the sizes by hand."""
    assert capacity_of((1000, 1000)) == 1000
    assert capacity_of((10**6, 100)) == 62_500
    assert capacity_of((500, 10**6)) == 64


def test_materialise_on_an_accelerator_is_the_identity():
    """Oracle: the very object."""
    x = jnp.ones(3)
    assert materialise(x, None) is x


# What a step of a network becomes. Networks are only traced and lowered, never run.

NEURON = snn.Neuron(
    parameters="tau = 10.0",
    equations="tau * dv/dt = 1.5 - v + g_exc + 0.1 * Normal(0.0, 1.0) ; dg_exc/dt = -g_exc / 3.0",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
STDP = snn.Synapse(
    parameters="tau = 20.0 : projection",
    equations="tau * dx/dt = -x : event-driven \n tau * dy/dt = -y : event-driven",
    pre_spike="g_target += w ; x += 0.1 ; w = clip(w - y, 0.0, 1.0)",
    post_spike="y += 0.1 ; w = clip(w + x, 0.0, 1.0)",
)
TRACE = snn.Synapse(equations="tau * dw/dt = -w", parameters="tau = 100.0 : projection")
PRUNED = snn.Synapse(pruning="w < 0.2")
BOUNDED = snn.Synapse(pre_spike="g_target = clip(g_target + w, 0.0, 1.0)")
KINDS = {  # synapse, connector, delays, the kernel that a GPU takes for 40 neurons
    "dense": (None, "all_to_all", 1.0, "product"),
    "sparse": (None, "fixed_probability", 1.0, "product"),
    "own delays": (None, "fixed_probability", snn.Uniform(1.0, 4.0), "scatter"),
    "plastic": (STDP, "fixed_probability", 2.0, "product"),
    "plastic with own delays": (STDP, "fixed_probability", snn.Uniform(1.0, 4.0), "product"),
    "equations": (TRACE, "fixed_probability", 1.0, "product"),
    "ordered": (BOUNDED, "all_to_all", 1.0, "plain"),
    "structure": (PRUNED, "fixed_probability", 1.0, "product"),
}


def network(kind: str, kernel: str | None = None, platform: str = "gpu"):
    synapse, connector, delays, _ = KINDS[kind]
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(40, NEURON, name="P")
    proj = net.connect(P[:30], P, "exc", synapse, name="exc")
    chance = {"probability": 0.2} if connector == "fixed_probability" else {}
    getattr(proj, connector)(weights=snn.Uniform(0.1, 0.5), delays=delays, **chance)
    net.monitor(P, "spike")
    return build_simulation(net.compile().spec, kernel=kernel, platform=platform)


def lowered(sim, platform: str) -> str:
    """Return the program of a step."""
    trace = jax.jit(sim.compiled.advance).trace(*sim.shapes, jax.ShapeDtypeStruct((), jnp.int32))
    return trace.lower(lowering_platforms=(platform,)).as_text()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "structure"])
def test_a_step_on_an_accelerator_neither_walks_nor_branches(kind):
    """Oracle: the lowered text for CUDA and TPU; on a CPU the same network does both."""
    sim = network(kind)
    assert sim.compiled.plans["exc"].kernel.name == KINDS[kind][3]
    for text in (lowered(sim, "cuda"), lowered(sim, "tpu")):
        assert (walks(text), branches(text)) == (0, 0)


@pytest.mark.parametrize("kernel", ["scatter", "gather", "plain", "product"])
def test_kernels_that_are_asked_for_do_not_walk_either(kernel):
    """Oracle: the lowered text for CUDA."""
    sim = network("plastic", kernel)
    link = sim.compiled.plans["exc"]
    assert link.kernel.name == kernel
    assert link.form.by is (Side.POST if kernel == "gather" else Side.PRE)
    text = lowered(sim, "cuda")
    assert (walks(text), branches(text)) == (0, 0)


def test_rules_of_structure_branch():
    """Oracle: the lowered text: one branch for a rule that is due once in a while and looks at all pairs."""
    text = lowered(network("structure"), "cuda")
    assert (walks(text), branches(text)) == (0, 1)


def test_the_event_path_is_found_out():
    """Oracle: what a CPU runs: it walks, and materialises by loops without a turn; so the tests above can fail."""
    assert walks(lowered(network("dense", platform="cpu"), "cpu")) > 1


@pytest.mark.slow
def test_networks_run_as_on_the_plain_path(double):
    """Oracle: the plain path: the same spikes, and plastic weights as matrices to rounding."""
    (spikes, weights), *others = (course(network("plastic", name)) for name in ("plain", "scatter", "gather"))
    assert spikes.sum() > 50
    for found in others:
        np.testing.assert_array_equal(found[0], spikes)
        np.testing.assert_allclose(found[1], weights, rtol=0, atol=1e-12)


def course(sim) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes, and the weights at the end as a matrix."""
    params, state = sim.init(0)
    state, records = sim.run(params, state, 40.0, checkpoint=False)
    form, storage = sim.compiled.plans["exc"].form, state.constants.connectivity["exc"]
    return np.asarray(records["P"]["spike"]), matrix(form, storage, state.projections["exc"]["w"])


def matrix(form, storage, values) -> np.ndarray:
    """Return values at the places as a matrix (pre, post)."""
    if form.name == "dense":
        return np.asarray(values)
    ends, values, out = np.asarray(storage.ends), np.asarray(values), np.zeros((N + 1, N + 1))
    own = np.broadcast_to(form.mine.array[:, None], ends.shape)
    pre, post = (own, ends) if form.by is Side.PRE else (ends, own)
    out[pre, post] = values
    return out[tuple(map(slice, form.ends.shape))]


def name_of(*args, **options) -> str:
    return choose(*args, **{"storage": None, **options}).algorithm.name


def test_choice():
    small, sparse = Load((800, 1000)), Load((40_000, 40_000), 80, 80)
    assert name_of("cpu", small, storage="dense") == "event"
    assert name_of("cpu", Load((800, 1000), batch=256), storage="dense") == "product"
    assert name_of("cpu", Load((800, 1000), batch=256), storage="rows") == "event"
    assert name_of("gpu", small) == "product"
    assert name_of("gpu", small, storage="dense", adds=False) == "plain"
    assert name_of("gpu", sparse) == "scatter"
    assert name_of("gpu", sparse, by=Side.POST) == "gather"
    assert name_of("gpu", sparse, storage="dense") == "product"
    assert name_of("tpu", Load((4000, 4000), 80, 80)) == "product"
    assert name_of("tpu", Load((100_000, 100_000), 80, 80)) == "gather"
    assert name_of("tpu", Load((400_000, 400_000), 80, 80)) == "scatter"
    assert choose("gpu", small, storage="dense", requested="plain").reason == "asked for"
    with pytest.raises(ArgumentError, match="unknown kernel `evnt`. Did you mean `event`?"):
        choose("cpu", small, storage="dense", requested="evnt")


def test_what_cannot_be_done_is_said():
    small = Load((800, 1000))
    said = lambda name, **options: choose("gpu", small, **{"storage": None, "requested": name, **options}).reason  # noqa: E731
    assert said("product", storage="rows") == "a product needs a dense matrix"
    assert said("product", adds=False) == "a product needs contributions that add up"
    assert said("gather", by=Side.PRE) == "a gather needs rows of post-synaptic neurons"
    assert said("scatter", storage="rows", by=Side.POST) == "a scatter needs rows of pre-synaptic neurons"


def test_estimates_follow_the_bytes():
    """Oracle: by hand: 4000 x 4000 numbers of 4 bytes at 2000 bytes a ns; 80 x 4000 of 8 bytes and a random read."""
    found = costs("gpu", Load((4000, 4000), 80, 80))
    assert found["product"] == 32_000.0
    assert found["gather"] == 4000.0  # 320,000 * (8 / 2000 + 1 / 200) = 2880 ns is less than a launch
    assert costs("gpu", Load((4000, 4000), 800, 800))["gather"] == pytest.approx(28_800.0)


def test_the_summary_says_why():
    text = network("sparse").summary()
    assert "kernel product: on a gpu, of product 4, gather 4, scatter 4 us a step (estimates)" in text


BORROWED = [
    pytest.param("gather", "copy", marks=pytest.mark.slow),
    pytest.param("gather", "turned", marks=pytest.mark.slow),
    ("event", "turned"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kernel", "how"), BORROWED)
def test_synapses_of_the_other_side_can_be_walked(double, kernel, how):
    """Oracle: dense storage, for a projection that walks the synapses of another one, seen from the other side.

    Columns of chance connectivity are not full: their empty places must add nothing.
    """
    (voltages, spikes), (dense, expected) = (borrowed(*x, how) for x in ((kernel, "rows"), (None, "dense")))
    np.testing.assert_array_equal(spikes, expected)
    np.testing.assert_allclose(voltages, dense, rtol=0, atol=1e-12)
    assert expected.sum() > 30


def borrowed(kernel: str | None, storage: str, how: str) -> tuple[np.ndarray, np.ndarray]:
    net = snn.Network(dt=1.0, seed=2)
    P = net.create(30, NEURON, name="P")
    own = net.connect(P, P, "exc", name="own", kernel=kernel, storage=storage)
    own.fixed_probability(0.2, weights=snn.Uniform(0.0, 0.3))
    if how == "turned":
        net.transpose(own, "exc", name="again").connect()
    else:
        net.copy_projection(P, P, "exc", name="again").connect_copy(own)
    net.monitor(P, ["v", "spike"])
    sim = net.compile()
    assert sim.compiled.plans["again"].kernel.name == "event"
    records = sim.run(*sim.init(0), 30.0, checkpoint=False)[1]["P"]
    return np.asarray(records["v"]), np.asarray(records["spike"])


@pytest.mark.slow
def test_the_readings_that_the_estimates_need(capsys):
    """Oracle: none, but a line with all kernels."""
    path = Path(__file__).parents[2] / "benchmarks" / "_kernels.py"
    runpy.run_path(str(path))["main"](["--neurons", "64", "--synapses", "5", "--steps", "3"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert all(name in last for name in costs("gpu", Load((1, 1))))


@pytest.mark.parametrize(("size", "form"), [(400, "dense"), (20_000, "rows")])
def test_rates_are_stored_as_the_estimates_say(size, form):
    """Oracle: by hand: 20 synapses each: a matrix of 640 KB, or rows of 3 MB in the place of 1.6 GB; lowered text."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(size, snn.Neuron(equations="dr/dt = -r + sum(exc)"), name="P")
    net.connect(P, P, "exc", name="exc").fixed_number_pre(20, weights=0.1)
    sim = build_simulation(net.compile().spec, platform="gpu")
    assert sim.compiled.plans["exc"].form.name == form
    text = lowered(sim, "cuda")
    assert (walks(text), branches(text)) == (0, 0)
    assert ("stablehlo.dot_general" in text) == (form == "dense") and "stablehlo.scatter" not in text
