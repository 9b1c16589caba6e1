"""Projections whose neurons share weights, or have none: convolutions and poolings."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import Expression, Name, Remote, Scope, evaluate, reductions, remotes, walk
from ..propagation import PRODUCT, Convolution, combine, convolve, patches, pool, weights_at
from ._arrival import Transmit, let_through, seen, with_inputs
from ._everywhere import delay_of
from ._links import Link
from ._reading import past_spikes, reduced_values, remote_values
from ._sent import default_psp, sent_values, weighted
from ._state import Attributes, NetworkParams, NetworkState


def build_shared(link: Link, dt: float, dtype) -> Transmit:
    """Return what a convolution or a pooling adds to its inputs."""
    made = _build_inputs(link, dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        new, here = made(params, seen(state, inputs)), inputs[link.post.name]
        return state, with_inputs(link, inputs, {t: here[link.input(t)] + new for t in link.targets})

    return transmit


def _build_inputs(link: Link, dt: float, dtype) -> Callable[[NetworkParams, NetworkState], Array]:
    """Return the function that computes (post size,) inputs."""
    description = link.spec.connector.description  # type: ignore[union-attr]
    is_convolution = isinstance(description, Convolution)
    as_product = link.kernel is not None and link.kernel.algorithm is PRODUCT

    def correlated(params: NetworkParams, values: Array) -> Array:
        return convolve(description, values, params.projections[link.name][WEIGHT], as_product)

    if link.is_spiking:
        return lambda params, state: correlated(params, _spikes(link, state))
    psp = link.model.psp or default_psp()
    sent = weighted(psp) if is_convolution else _of_pre(psp)
    if sent is None:
        return lambda params, state: _contributions(link, psp, params, state, dt, dtype)

    def inputs(params: NetworkParams, state: NetworkState) -> Array:
        values = sent_values(link, sent, params, state, dt, dtype)
        return correlated(params, values) if is_convolution else pool(description, values)

    return inputs


def _spikes(link: Link, state: NetworkState) -> Array:
    """Return the spikes that arrive, (pre size,) floats."""
    delay, name = delay_of(link, state), link.pre.name
    spikes = state.spikes[name] if delay is None else past_spikes(state, name, delay)
    return let_through(spikes, link, state).values(link.pre.neuron.surrogate_function)


def _of_pre(psp: Expression) -> Expression | None:
    """Return a contribution that depends on the pre-synaptic neuron alone, None for another."""
    nodes = list(walk(psp))
    others = any(isinstance(n, Name) or (isinstance(n, Remote) and n.owner == "post") for n in nodes)
    return None if others else psp


def _contributions(link: Link, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype) -> Array:
    """Return the inputs that any contribution makes, place by place of each window."""
    description = link.spec.connector.description  # type: ignore[union-attr]

    def at_places(node: Remote, x: Array) -> Array:
        if jnp.ndim(x) == 0:
            return x
        return patches(description, x)[0] if node.owner == "pre" else x[:, None]

    found = remote_values(link, remotes((psp,)), params, state, delay_of(link, state), dtype)
    own = params.projections[link.name]
    values = {"t": state.step.astype(dtype) * dt, "dt": dt}
    values |= {WEIGHT: weights_at(description, own[WEIGHT])} if WEIGHT in own else {}
    scope = Scope(
        values,
        reductions=reduced_values(link, reductions((psp,)), state),
        constants=params.constants,
        remote={node: at_places(node, x) for node, x in found.items()},
    )
    contributions = jnp.asarray(evaluate(psp, scope)).astype(dtype)
    on = state.constants.switches[link.name].transmission
    return combine(description, jnp.where(on, contributions, 0.0))
