"""What the gradient doctor measures: one run forward and backward, and what was seen on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ...compiler import CompiledNetwork
from ...errors import ArgumentError
from ...network import replaced
from ...simulation import Observed, Simulation, build_perturbed_run, probes, standing_in
from ...step import NetworkParams, NetworkState
from .._trainable import Leaves
from ._report import Slots, averaged, empty_slots, norms_of, numbers, reported

Loss = Callable[..., Array]


@dataclass(frozen=True, eq=False)
class Trace:
    """A run forward and backward, on the host.

    Args:
        loss: its value.
        sent: the largest norm over the steps of the gradient of the loss by what the monitors recorded.
        bad_records: `monitor.variable` whose gradient of the loss is not finite.
        norms: (n_steps,) norm of the gradient by the state after each step, by population or projection and variable.
        gradient: gradient by trainable parameter.
        observed: what surrogates saw.
    """

    loss: float
    sent: float
    bad_records: tuple[str, ...]
    norms: dict[str, dict[str, np.ndarray]]
    gradient: dict[str, np.ndarray]
    observed: Observed


@dataclass(frozen=True, eq=False)
class Question:
    """What is examined: a loss of the records of one run or, with data, a loss as `fit` takes it.

    Args:
        sim: the network.
        params, state: where the run starts; with data, the loss brings its own state.
        n_steps: of the run.
        loss: of the records, or of parameters and data.
        data: a batch for the loss; None for a loss of records.
        share: see `build_perturbed_run`.
    """

    sim: Simulation
    params: NetworkParams
    state: NetworkState
    n_steps: int
    loss: Loss
    data: Any
    share: float

    @property
    def shifts(self) -> Any:
        """Zeros that are added to the state after each step."""
        return jax.tree.map(lambda x: jnp.zeros((self.n_steps, *x.shape), x.dtype), probes(self.state))

    def value(self, sim: Simulation, leaves: Leaves) -> Array:
        """Return the loss of another simulation of the same network."""
        params = replaced(self.params, leaves)
        if self.data is None:
            return self.loss(sim.run(params, self.state, self.n_steps * sim.dt)[1])
        if sim is self.sim:
            return self.loss(params, self.data)
        with standing_in(self.sim, lambda params, state, n: sim.run(params, state, n * sim.dt)):
            return self.loss(params, self.data)

    def total(self, compiled: CompiledNetwork, params: NetworkParams, shifts: Any, slots: Slots | None) -> Any:
        """Return the loss whose derivative by the shifts is that by the state, and what was observed.

        Args:
            compiled: the network, or one with other surrogates.
            params: of it.
            shifts: see `shifts`.
            slots: what a loss of data reports into; None for a loss of records.
        """
        run = build_perturbed_run(compiled, self.share)
        if self.data is None:
            _, records, observed = run(params, self.state, shifts)
            return _number(self.loss(records)), (records, observed)
        calls: list[int] = []

        def watched(params: NetworkParams, state: NetworkState, n_steps: int) -> Any:
            calls.append(n_steps)
            if n_steps != self.n_steps:
                found, wanted = (n * self.sim.dt for n in (n_steps, self.n_steps))
                raise ArgumentError(f"the loss runs the network for {found:g} ms, but `duration` is {wanted:g} ms")
            after, records, observed = run(params, state, shifts)
            return after, records if slots is None else reported(records, slots, numbers(observed))

        with standing_in(self.sim, watched):
            value = _number(self.loss(params, self.data))
        if len(calls) != 1:
            how = "does not call `run` of this simulation" if not calls else "calls `run` more than once"
            raise ArgumentError(
                f"the loss {how}: it is examined where it calls `sim.run` once, in a `vmap` over samples or alone, and "
                "not inside a function that `jax.jit` has compiled"
            )
        return value, None


def measure(question: Question, leaves: dict[str, Any]) -> Trace:
    """Return the trace of a run.

    Args:
        question: what is examined.
        leaves: trainable parameters by name.
    """
    of = _measure_records if question.data is None else _measure_data
    value, sent, norms, gradient, observed = jax.tree.map(np.asarray, of(question, leaves))
    bad = tuple(f"{m}.{v}" for m, own in sent.items() for v, x in own.items() if not np.isfinite(x).all())
    most = max((float(np.max(x, initial=0.0)) for own in sent.values() for x in own.values()), default=0.0)
    return Trace(float(value), most, bad, norms, gradient, observed)


def _measure_records(question: Question, leaves: Leaves) -> tuple:
    """Return (loss, gradients sent to records, norms by state, gradient, observed) for a loss of records."""

    @jax.jit
    def evaluate(leaves: Leaves, shifts: Any) -> tuple:
        def total(leaves: Leaves, shifts: Any) -> Any:
            return question.total(question.sim.compiled, replaced(question.params, leaves), shifts, None)

        (value, (records, observed)), slopes = jax.value_and_grad(total, (0, 1), has_aux=True)(leaves, shifts)
        sent = _gradient_by_records(question.loss, records)
        return value, jax.tree.map(norms_of, sent), jax.tree.map(norms_of, slopes[1]), slopes[0], observed

    return evaluate(leaves, question.shifts)


def _measure_data(question: Question, leaves: Leaves) -> tuple:
    """Return the same for a loss of data; what samples report is averaged, gradients by the state are summed."""
    slots = empty_slots(build_perturbed_run(question.sim.compiled, question.share), question)

    @jax.jit
    def evaluate(leaves: Leaves, shifts: Any, slots: Slots, data: Any) -> tuple:
        asked = replace(question, data=data)

        def total(leaves: Leaves, shifts: Any, slots: Slots) -> Array:
            return asked.total(question.sim.compiled, replaced(question.params, leaves), shifts, slots)[0]

        value, (gradient, by_state, seen) = jax.value_and_grad(total, (0, 1, 2))(leaves, shifts, slots)
        return value, seen.sent, jax.tree.map(norms_of, by_state), gradient, averaged(seen)

    return evaluate(leaves, question.shifts, slots, jax.tree.map(jnp.asarray, question.data))


def _number(value: Any) -> Array:
    """Return what a loss gave, or raise if it is not one number."""
    value = jnp.asarray(value)
    if value.shape != ():
        raise ArgumentError(f"the loss maps records to a number, not to an array of shape {value.shape}")
    return value


def _gradient_by_records(loss: Loss, records: dict) -> dict[str, dict[str, Array]]:
    """Return the gradient of a loss by the floating-point records."""
    real = {m: {v: x for v, x in own.items() if jnp.issubdtype(x.dtype, jnp.floating)} for m, own in records.items()}
    return jax.grad(lambda real: loss({m: own | real[m] for m, own in records.items()}))(real)
