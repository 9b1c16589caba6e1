"""Losses and gradients of a piece of time, in which trials go on side by side or a stream goes on."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..fitting._space import Free, Space
from ..network import named_leaves, replaced
from ..simulation import with_stimuli, without_constants
from ..step import NetworkParams, NetworkState
from ._online import OnlineRule
from ._pieces import Pieces

Memory = tuple[NetworkState, Any]  # the state without constants, and the traces; of a batch, with a leading axis


@dataclass(frozen=True, eq=False)
class OnlineDescent:
    """How online learning finds the direction of an update, for the loop of `fit`.

    Args:
        rule: what learns.
        space: what is trained.
        pieces: between two updates.
        state: with which a trial, or the stream, begins.
        traces: those of a stream; None begins without any.
        key: of the random numbers of trials.
    """

    rule: OnlineRule
    space: Space
    pieces: Pieces
    state: NetworkState
    traces: Any
    key: Array

    def start(self, params: NetworkParams) -> Any:
        """Return what the first piece begins with; nothing where each piece is a whole trial."""
        if self.pieces.is_stream:
            traces = self.rule.init(params, self.state) if self.traces is None else self.traces
            return without_constants(self.state), traces
        return jax.jit(self._begun)(params, jnp.asarray(0)) if self.pieces.is_carried else ()

    def value(self, free: Free, params: NetworkParams, batch: Any, memory: Any) -> Array:
        """Return the loss of a piece."""
        return self._run(self.space.within(free, params), batch, memory)[0]

    def slope(self, free: Free, params: NetworkParams, batch: Any, memory: Any) -> tuple[Array, Free, Any]:
        """Return the loss of a piece, its gradient by the trained values, and what the next piece begins with."""
        values, back = jax.vjp(lambda x: self.space.values(x, params), free)
        value, gradients, memory = self._run(replaced(params, values), batch, memory)
        (of_free,) = back(gradients)
        return value, of_free, memory if self.pieces.is_carried else ()

    def _run(self, params: NetworkParams, batch: Any, memory: Any) -> tuple[Array, dict[str, Array], Any]:
        if self.pieces.is_stream:
            return self._piece(params, batch["inputs"], batch["targets"], memory)
        if not self.pieces.is_carried:
            memory = self._begun(params, batch["number"])
        else:
            memory = lax.cond(batch["part"] == 0, lambda: self._begun(params, batch["number"]), lambda: memory)
        side_by_side = jax.vmap(self._piece, in_axes=(None, 0, 0, 0))
        value, gradients, memory = side_by_side(params, batch["inputs"], batch["targets"], memory)
        return jnp.mean(value), jax.tree.map(lambda x: jnp.mean(x, 0), gradients), memory

    def _begun(self, params: NetworkParams, number: Array) -> Memory:
        """Return what each trial of a batch begins with: the state, with random numbers of its own, and no traces."""
        n, reseed = self.pieces.side_by_side, self.rule.sim.reseed
        keys = jax.random.split(jax.random.fold_in(self.key, number), n)
        state, traces = without_constants(self.state), self.rule.init(params, self.state)
        both = jax.tree.map(lambda x: jnp.broadcast_to(x, (n, *jnp.shape(x))), (state, traces))
        keys = jax.vmap(lambda key: reseed(self.state, key).key)(keys)
        return replace(both[0], key=keys), both[1]

    def _piece(
        self, params: NetworkParams, inputs: Any, targets: Any, memory: Memory
    ) -> tuple[Array, dict[str, Array], Memory]:
        """Return the loss of a piece of one trial, its gradient, and what is left of it."""
        params = with_stimuli(self.rule.sim.spec, params, inputs)
        known = named_leaves(params)

        def body(carry: tuple[Any, Memory], target: Any) -> tuple[tuple[Any, Memory], Array]:
            sums, (state, traces) = carry
            before = replace(state, constants=self.state.constants)
            state, traces, gradients, records = self.rule.step(params, before, traces, target)
            sums = jax.tree.map(jnp.add, sums, gradients)
            return (sums, (without_constants(state), traces)), self.rule.loss(records, target)

        nothing = {t.name: jnp.zeros_like(known[t.name]) for t in self.rule.trained}
        (sums, memory), losses = lax.scan(body, (nothing, memory), targets)
        return jnp.sum(losses), sums, memory
