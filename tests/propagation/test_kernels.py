"""Every kernel means what the plain path means: values and gradients, over forms, rules, sides, subsets and batches.

The grid: form of storage x rule x side x kernel x (one, vmapped in any combination of what is shared). `plain` is the
oracle of the others, and loops in NumPy are the oracle of `plain`.
"""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jaxsnn.connectivity import AllToAll, Drawn, Ends, FixedProbability, Ranks, Side, everything
from jaxsnn.connectivity._dense import DenseForm
from jaxsnn.connectivity._rows import RowsForm
from jaxsnn.errors import UnsupportedError
from jaxsnn.propagation import KNOWN, Operands, Outcome, Rule, Spikes, pack, unpack, unpack_events
from jaxsnn.propagation._bits import pack_mask
from jaxsnn.propagation._scatter_kernel import scatter
from jaxsnn.surrogates import fast_sigmoid

from ..cases import some

N = 40
ENDS = {
    "whole": Ends(everything(N), everything(N), True),
    "slices": Ends(Ranks(N, range(5, 30)), Ranks(N, range(0, 36, 2)), True),
    "lists": Ends(Ranks(N, (3, 1, 33, 20)), Ranks(N, (5, 2, 9)), False),
}


def form_of(name: str, ends: Ends, probability: float = 0.3):
    """Return a form with its storage, filled by random connectivity."""
    connector = FixedProbability(Drawn(1.0), probability)
    edges = connector.edges(jax.random.key(1), ends, {}, jnp.result_type(float))
    width, depth = connector.most(ends)
    form = {
        "dense": DenseForm(ends),
        "rows": RowsForm(ends, Side.PRE, width, depth, has_columns=True),
        "rows by post": RowsForm(ends, Side.POST, depth, width, has_columns=True),
    }[name]
    return form, form.build(edges)[0]


# Rules: a weight is added; a synapse with a resource x that a spike uses up; an input that is bounded.


def _add(values):
    return Outcome({}, values["w"])


def _use(values):
    x = values["x"] * jnp.exp(-values["rate"]) + values["pre.a"]
    w = jnp.clip(values["w"] + 0.1 * x * values["post.b"], -2.0, 2.0)
    return Outcome({"x": 0.5 * x, "w": w}, values["w"] * x)


def _bound(values):
    return Outcome({}, None, jnp.minimum(values["g_target"] * 0.9 + values["w"], 1.0))


@dataclass(frozen=True)
class Case:
    """A rule and what it changes."""

    rule: Rule
    changed: tuple[str, ...]


CASES = {
    "add": Case(Rule(_add), ()),
    "use": Case(Rule(_use), ("x", "w")),
    "bound": Case(Rule(_bound, adds=False), ()),
}
POST_CASE = Case(Rule(lambda v: Outcome({"w": v["w"] + v["x"] * v["post.b"], "x": v["x"] * v["rate"]})), ("w", "x"))


def spikes(distance):
    return Spikes(pack(distance > 0), distance)


def operands(form, storage, case: Case, side=Side.PRE, batch=()):
    """Return (operands, distance, changed, into) with random numbers, each with a leading batch."""
    keys = iter(jax.random.split(jax.random.key(0), 8))
    draw = lambda *shape: jax.random.normal(next(keys), (*batch, *shape))  # noqa: E731
    places = {"w": draw(*form.places(storage)), "x": draw(*form.places(storage))}
    if form.name == "dense" and storage.exists is not None:
        places["w"] = jnp.where(storage.exists, places["w"], 0.0)
    changed = {name: places.pop(name) for name in case.changed}
    values = {"pre.a": draw(N), "post.b": draw(N)}
    own = {n: x for n, x in values.items() if n.startswith(side.value)}
    across = {n: x for n, x in values.items() if n not in own}
    shared = {"rate": 0.1 + 0.1 * jnp.abs(draw())}
    if batch:
        storage = jax.tree.map(lambda x: jnp.broadcast_to(x, (*batch, *x.shape)), storage)
    into = {"exc": draw(N)} if side is Side.PRE else {}
    return Operands(storage, places, own, across, shared), draw(N), changed, into


def kernel_of(name, form, case, side=Side.PRE):
    if name == "scatter, listed":  # in a list that overflows in some steps of `loss_of`, and in others not
        return scatter(form, side, case.rule, fast_sigmoid(), capacity=form.shape[0] // 2)
    return KNOWN[name].build(form, side, case.rule, fast_sigmoid())


def loss_of(kernel):
    """Return a loss that lets spikes happen in a loop of three steps, whose results decide the next spikes."""

    def loss(ops, distance, changed, into):
        def body(carry, i):
            distance, changed, into = carry
            changed, total = kernel(ops, spikes(distance), changed, into, i)
            felt = sum((x for x in total.values()), jnp.zeros(N))
            out = sum((jnp.sum(x**2) for x in (*changed.values(), *total.values())), 0.0)
            return (0.9 * distance + 0.1 * jnp.tanh(felt), changed, {t: 0.5 * x for t, x in total.items()}), out

        return lax.scan(body, (distance, changed, into), jnp.arange(3))[1].sum()

    return loss


def floats(function, ops, *rest):
    """Return a function of the floating-point leaves alone, and these leaves."""
    leaves, tree = jax.tree.flatten((ops, *rest))
    real = [i for i, x in enumerate(leaves) if jnp.issubdtype(x.dtype, jnp.floating)]

    def of(*some):
        new = list(leaves)
        for i, x in zip(real, some, strict=True):
            new[i] = x
        return function(*jax.tree.unflatten(tree, new))

    return of, [leaves[i] for i in real]


def assert_same(a, b, rtol=1e-9, atol=1e-11):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=rtol, atol=atol), a, b)


FORMS = ("dense", "rows")
KERNELS = {  # which are more than the plain path on a form
    "dense": ("event", "product", "scatter"),
    "rows": ("event", "scatter", "scatter, listed"),
    "rows by post": ("gather",),
}
ACCELERATED = ("scatter", "scatter, listed", "gather")
GRID = [(f, c, k) for f in KERNELS for c in CASES for k in KERNELS[f] if c != "bound" or k == "event"]
GRID.remove(("rows by post", "use", "gather"))  # the plain path
OFTEN_TRIED = [("rows", "add", "scatter, listed")]
TRIED = [pytest.param(*g, marks=pytest.mark.slow if g[2] in ACCELERATED and g not in OFTEN_TRIED else ()) for g in GRID]
VALUES_TRIED = [*(t for t in TRIED if "gather" not in t.values), ("rows by post", "add", "gather")]


def expected_by_loops(form, storage, case, ops, distance, changed, into):
    """Return what spikes do, by loops over neurons in the order of ranks: NumPy, one synapse at a time."""
    ops, storage, distance = jax.tree.map(np.asarray, (ops, storage, distance))
    ends, exists = form.ends, form.exists(storage)
    changed, into = {n: np.array(x) for n, x in changed.items()}, {t: np.array(x) for t, x in into.items()}
    for row, i in enumerate(ends.pre.array):
        if not distance[i] > 0:
            continue
        for column in range(form.places(storage)[1]):
            if exists is not None and not exists[row, column]:
                continue
            j = ends.post.array[column] if form.name == "dense" else int(storage.ends[row, column])
            values = {n: x[row, column] for n, x in ops.places.items()}
            values |= {n: x[row, column] for n, x in changed.items()} | dict(ops.shared)
            values |= {n: x[i] for n, x in ops.own.items()} | {n: x[j] for n, x in ops.across.items()}
            for target in into:
                outcome = case.rule.apply({**values, "g_target": into[target][j]})
                if outcome.gain is not None:
                    into[target][j] += outcome.gain
                if outcome.target is not None:
                    into[target][j] = outcome.target
            for name, x in outcome.changes.items():
                changed[name][row, column] = x
    return changed, into


@pytest.mark.parametrize("ends", some(ENDS, 2))
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_plain_equals_loops(double, ends, form, case):
    """Oracle: loops in NumPy."""
    made, storage = form_of(form, ENDS[ends])
    ops, distance, changed, into = operands(made, storage, CASES[case])
    ours = jax.jit(kernel_of("plain", made, CASES[case]))(ops, spikes(distance), changed, into, jnp.int32(0))
    found, total = expected_by_loops(made, storage, CASES[case], ops, np.asarray(distance), changed, into)
    assert_same(ours[1], total)
    exists = made.exists(storage)
    there = np.ones(made.places(storage), bool) if exists is None else np.asarray(exists)
    assert_same({n: np.asarray(x)[there] for n, x in ours[0].items()}, {n: x[there] for n, x in found.items()})


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize(("form", "case", "name"), some(VALUES_TRIED, 2))
def test_values_equal_plain(double, ends, form, case, name):
    """Oracle: the plain path; at places without a synapse values may differ."""
    made, storage = form_of(form, ENDS[ends])
    ops, distance, changed, into = operands(made, storage, CASES[case])
    args = (ops, spikes(distance), changed, into, jnp.int32(0))
    ours, plain = (jax.jit(kernel_of(n, made, CASES[case]))(*args) for n in (name, "plain"))
    exists = made.exists(storage)
    there = np.ones(made.places(storage), bool) if exists is None else np.asarray(exists)
    assert_same(ours[1], plain[1])
    assert_same(*({n: np.asarray(x)[there] for n, x in found[0].items()} for found in (ours, plain)))


@pytest.mark.parametrize("form", ["dense", "rows", "rows by post"])
@pytest.mark.parametrize("ends", some(ENDS, 2))
def test_post_spikes_equal_plain(double, ends, form):
    """Oracle: the plain path, values and gradients of what spikes of post-synaptic neurons do."""
    made, storage = form_of(form, ENDS[ends])
    args = operands(made, storage, POST_CASE, Side.POST)
    losses = [loss_of(kernel_of(n, made, POST_CASE, Side.POST)) for n in ("event", "plain")]
    (fast, leaves), (plain, _) = (floats(masked(f, made, storage), *args) for f in losses)
    every = tuple(range(len(leaves)))
    assert_same(*(jax.jit(jax.value_and_grad(f, every))(*leaves) for f in (fast, plain)))


def masked(loss, form, storage):
    """Return the loss with everything at places without a synapse set to 0 before: it must not matter."""
    exists = form.exists(storage)

    def of(ops, distance, changed, into):
        clean = lambda x: x if exists is None else jnp.where(exists, x, 0.0)  # noqa: E731
        places = {n: clean(x) for n, x in ops.places.items()}
        return loss(replace(ops, places=places), distance, {n: clean(x) for n, x in changed.items()}, into)

    return of


@pytest.mark.parametrize(("form", "case", "name"), some(TRIED, 3))
def test_gradients_equal_plain(double, form, case, name):
    """Oracle: reverse and forward mode of the plain path, with respect to every floating-point operand."""
    made, storage = form_of(form, ENDS["slices"])
    args = operands(made, storage, CASES[case])
    losses = [masked(loss_of(kernel_of(n, made, CASES[case])), made, storage) for n in (name, "plain")]
    (fast, leaves), (plain, _) = (floats(f, *args) for f in losses)
    every = tuple(range(len(leaves)))

    def every_way(f, *x):
        return jax.grad(f, every)(*x), jax.jvp(f, x, x)[1]

    assert_same(*(jax.jit(every_way, static_argnums=0)(f, *leaves) for f in (fast, plain)))


BATCHES = {  # which of (weights and other values at synapses, connectivity, spikes and inputs) are a batch
    "shared weights": (None, None, 0),
    "own weights": (0, None, 0),
    "own connectivity": (0, 0, 0),
    "one stimulus": (0, None, None),
}


# The cases whose compilation takes longest are slow, but for one batch each; the grid of networks has the rest.
OFTEN = [
    ("dense", "use", "own connectivity"),
    ("rows", "use", "shared weights"),
    ("rows", "add", "own weights"),
    ("dense", "add", "one stimulus"),
]
BATCHED = [
    pytest.param(f, c, k, b, marks=() if k == "event" and (f, c, b) in OFTEN else pytest.mark.slow)
    for f, c, k in GRID
    for b in BATCHES
    if c != "bound" and (k == "event" or (c == "add" and k in ACCELERATED))
]


@pytest.mark.parametrize(("form", "case", "name", "batch"), some(BATCHED, 4))
def test_batches_equal_plain(double, form, case, name, batch):
    """Oracle: the same vmap of the plain path, and the gradient inside and outside of it."""
    made, storage = form_of(form, ENDS["slices"])
    single, several = operands(made, storage, CASES[case]), operands(made, storage, CASES[case], batch=(3,))
    values, wiring, stimulus = BATCHES[batch]
    axes = (Operands(wiring, values, stimulus, stimulus, values), stimulus, values, stimulus)
    pick = lambda axis, one, many: one if axis is None else many  # noqa: E731
    args = (
        Operands(
            pick(wiring, single[0].storage, several[0].storage),
            pick(values, single[0].places, several[0].places),
            pick(stimulus, single[0].own, several[0].own),
            pick(stimulus, single[0].across, several[0].across),
            pick(values, single[0].shared, several[0].shared),
        ),
        pick(stimulus, single[1], several[1]),
        pick(values, single[2], several[2]),
        pick(stimulus, single[3], several[3]),
    )
    fast, plain = (loss_of(kernel_of(n, made, CASES[case])) for n in (name, "plain"))

    def every_way(f, ops, distance, changed, into):
        total = lambda d, i: jax.vmap(f, axes)(ops, d, changed, i).sum()  # noqa: E731
        return jax.vmap(jax.grad(f, 1), axes)(ops, distance, changed, into), jax.value_and_grad(total)(distance, into)

    assert_same(*(jax.jit(every_way, static_argnums=0)(f, *args) for f in (fast, plain)))


@pytest.mark.slow
@pytest.mark.parametrize("case", ["add", "use"])
@pytest.mark.parametrize("form", FORMS)
def test_nested_batches_of_the_event_path(double, form, case):
    """Oracle: the same nesting of the plain path: weights by the outer level, spikes by the inner one."""
    made, storage = form_of(form, ENDS["slices"])
    ops, _, changed, _ = operands(made, storage, CASES[case], batch=(2,))
    ops = replace(ops, storage=storage)
    _, distance, _, into = operands(made, storage, CASES[case], batch=(3,))
    inner = (Operands(None, None, None, None, None), 0, None, 0)
    outer = (Operands(None, 0, 0, 0, 0), None, 0, None)
    fast, plain = (loss_of(kernel_of(n, made, CASES[case])) for n in ("event", "plain"))
    nested = [jax.jit(jax.vmap(jax.vmap(f, inner), outer)) for f in (fast, plain)]
    assert_same(*(f(ops, distance, changed, into) for f in nested))


@pytest.mark.slow
@pytest.mark.optimised
@pytest.mark.parametrize("case", ["add", "use"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batch", [pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(5, marks=pytest.mark.slow)])
def test_event_path_has_the_same_bits_in_every_batch(batch, form, case):
    """Oracle: the event path one by one."""
    made, storage = form_of(form, ENDS["whole"])
    ops, distance, changed, into = operands(made, storage, CASES[case], batch=(batch,))
    kernel = kernel_of("event", made, CASES[case])
    run = jax.jit(lambda o, d, c, i: kernel(o, spikes(d), c, i, jnp.int32(0)))
    together = jax.jit(jax.vmap(lambda o, d, c, i: kernel(o, spikes(d), c, i, jnp.int32(0))))(
        ops, distance, changed, into
    )
    for k in range(batch):
        alone = run(*jax.tree.map(lambda x, k=k: x[k], (ops, distance, changed, into)))
        jax.tree.map(lambda x, y, k=k: np.testing.assert_array_equal(x[k], y), together, alone)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_second_derivatives_of_the_event_path(double, form):
    """Oracle: the plain path; in a loop, an error with advice on a JAX that cannot (0.10), never a wrong number."""
    made, storage = form_of(form, ENDS["slices"])
    args = operands(made, storage, CASES["add"])

    def hessian_product(name, wrap):
        loss = wrap(kernel_of(name, made, CASES["add"]))
        first = jax.grad(lambda d: loss(args[0], d, args[2], args[3]))
        return jax.jit(jax.grad(lambda d: (first(d) ** 2).sum()))(args[1])

    def without_loop(kernel):
        return lambda o, d, c, i: (kernel(o, spikes(d), c, i, jnp.int32(0))[1]["exc"] ** 2).sum()

    assert_same(*(hessian_product(name, without_loop) for name in ("event", "plain")))
    try:
        found = hessian_product("event", loss_of)
    except UnsupportedError as error:
        assert "kernel='plain'" in str(error)
    else:
        assert_same(found, hessian_product("plain", loss_of))


def test_second_derivatives_of_the_plain_path(double):
    """Oracle: the matrix product's."""
    made, storage = form_of("dense", ENDS["slices"])
    args = operands(made, storage, CASES["add"])

    def second(name):
        loss = loss_of(kernel_of(name, made, CASES["add"]))
        first = jax.grad(lambda d: loss(args[0], d, args[2], args[3]))
        return jax.jit(jax.grad(lambda d: (first(d) ** 2).sum()))(args[1])

    assert_same(second("product"), second("plain"))


@pytest.mark.parametrize("n", [1, 31, 32, 33, 1000, 1025, 40_000])
def test_bits_round_trip(n):
    """Oracle: NumPy flags."""
    flags = np.random.default_rng(n).random(n) < 0.3
    words = pack(jnp.asarray(flags))
    np.testing.assert_array_equal(unpack(words, n), flags)
    np.testing.assert_array_equal(pack_mask(flags), words)


@pytest.mark.parametrize("n", some([70, 1, 1000, 1025, 40_000], 5))
@pytest.mark.parametrize("form", FORMS)
def test_walks_of_any_length_reach_every_spike(n, form):
    """Oracle: the sum of the weights of the neurons that spiked, whole numbers, which floating point adds exactly."""
    ends = Ends(everything(n), everything(3), False)
    made = DenseForm(ends) if form == "dense" else RowsForm(ends, Side.PRE, 3, n)
    storage, _ = made.build(AllToAll(Drawn(1.0)).edges(jax.random.key(0), ends, {}, jnp.float32))
    distance = jnp.asarray(np.random.default_rng(n).normal(size=n) - 1.0, jnp.float32)
    weights = jnp.arange(3.0 * n).reshape(n, 3) % 7.0
    ops = Operands(storage, {"w": weights}, {}, {}, {})
    kernel = KNOWN["event"].build(made, Side.PRE, CASES["add"].rule, fast_sigmoid())
    _, total = kernel(ops, spikes(distance), {}, {"exc": jnp.zeros(3)}, jnp.int32(0))
    np.testing.assert_array_equal(total["exc"], np.asarray(weights)[np.asarray(distance) > 0].sum(axis=0))


def test_events_of_a_record():
    """Oracle: np.nonzero of the flags, neuron by neuron."""
    flags = np.random.default_rng(0).random((40, 77)) < 0.2
    words = np.stack([pack_mask(row) for row in flags])
    steps, neurons = unpack_events(words)
    expected_neurons, expected_steps = np.nonzero(flags.T)
    np.testing.assert_array_equal(steps, expected_steps)
    np.testing.assert_array_equal(neurons, expected_neurons)
    assert unpack_events(np.zeros((3, 2), np.uint32))[0].size == 0
