"""Networks that learn online, and their gradients by both ways."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced

STEPS = 200


def of_hidden(records: dict, target: jax.Array) -> jax.Array:
    """The loss of a step by spikes and potentials of the population `h`."""
    own = records["h"]
    return jnp.sum((own["spike"] - target) ** 2) + 0.1 * jnp.sum((own["v"] - target) ** 2)


def layer(
    model: snn.Neuron, connect: Callable, *, size: int = 20, rates: float = 80.0, recurrent: float | None = None, **how
):
    """Return a layer of 8 neurons behind Poisson neurons, compiled; `connect` makes the synapses of `inp`."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(size, rates=rates), name="src")
    hidden = net.create(8, model, name="h")
    connect(net.connect(source, hidden, "exc", name="inp", **how))
    if recurrent is not None:
        within = net.connect(hidden, hidden, "exc", name="rec")
        within.fixed_probability(0.6, weights=snn.Normal(0.0, recurrent), allow_self_connections=False)
    net.monitor(hidden, ["v", "spike"])
    return net.compile()


def targets_of(shape: tuple[int, ...], seed: int = 0) -> jax.Array:
    """Return what is wanted at each step, (steps, *shape)."""
    return jnp.asarray(np.random.default_rng(seed).random((STEPS, *shape)) * 0.2)


def gradient_online(rule: snn.OnlineRule, params: Any, state: Any, targets: jax.Array) -> dict[str, jax.Array]:
    """Return the sum of the gradients of all steps."""
    init, step = rule

    def body(carry: tuple, target: jax.Array) -> tuple[tuple, None]:
        state, traces, total = carry
        state, traces, gradients, _ = step(params, state, traces, target)
        return (state, traces, jax.tree.map(jnp.add, total, gradients)), None

    known = named_leaves(params)
    nothing = {t.name: jnp.zeros_like(known[t.name]) for t in rule.trained}
    (_, _, total), _ = jax.lax.scan(body, (state, init(params, state), nothing), targets)
    return total


def gradient_through_time(
    sim: snn.simulation.Simulation, loss: Callable, params: Any, state: Any, names: Sequence[str], targets: Any
) -> dict[str, jax.Array]:
    """Return the gradient of the sum of the losses of all steps by backpropagation through time."""

    def total(values: dict[str, jax.Array]) -> jax.Array:
        _, records = sim.run(replaced(params, values), state, len(jax.tree.leaves(targets)[0]) * sim.dt)
        return jnp.sum(jax.vmap(loss)(records, targets))

    known = named_leaves(params)
    return jax.grad(total)({name: known[name] for name in names})


def both(sim, loss: Callable, names: Sequence[str], shape: tuple[int, ...] = (8,), **how) -> list[tuple[str, Any, Any]]:
    """Return (name, gradient online, gradient through time) of each parameter."""
    params, state = sim.init(3)
    targets = targets_of(shape)
    rule = snn.online(sim, loss, names, **how)
    found = jax.jit(lambda p, s: gradient_online(rule, p, s, targets))(params, state)
    wanted = jax.jit(lambda p, s: gradient_through_time(sim, loss, p, s, names, targets))(params, state)
    return [(name, np.asarray(found[name]), np.asarray(wanted[name])) for name in names]


def unlikeness(found: np.ndarray, wanted: np.ndarray) -> float:
    """Return the largest difference, relative to the largest value."""
    return float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))


def cosine(found: np.ndarray, wanted: np.ndarray) -> float:
    """Return the cosine of the angle between two gradients."""
    a, b = found.ravel(), wanted.ravel()
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
