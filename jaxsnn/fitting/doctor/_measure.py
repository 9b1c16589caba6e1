"""What the gradient doctor measures: one run forward and backward, and what was seen on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ...errors import ArgumentError
from ...network import replaced
from ...simulation import Observed, Simulation, build_perturbed_run, probes
from ...step import NetworkParams, NetworkState

Loss = Callable[[Any], Array]


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


def measure(
    sim: Simulation,
    params: NetworkParams,
    state: NetworkState,
    n_steps: int,
    loss: Loss,
    leaves: dict[str, Any],
    share: float,
) -> Trace:
    """Return the trace of a run.

    Args:
        sim: the network.
        params, state: where the run starts.
        n_steps: of the run.
        loss: of the records.
        leaves: trainable parameters by name.
        share: see `build_perturbed_run`.
    """
    run = build_perturbed_run(sim.compiled, share)

    @jax.jit
    def evaluate(leaves, params, state):
        def total(leaves, shifts):
            records, observed = run(replaced(params, leaves), state, shifts)
            return _number(loss(records)), (records, observed)

        shifts = jax.tree.map(lambda x: jnp.zeros((n_steps, *x.shape), x.dtype), probes(state))
        (value, (records, observed)), slopes = jax.value_and_grad(total, (0, 1), has_aux=True)(leaves, shifts)
        sent = _gradient_by_records(loss, records)
        return value, jax.tree.map(_norms, sent), jax.tree.map(_norms, slopes[1]), slopes[0], observed

    value, sent, norms, gradient, observed = jax.tree.map(np.asarray, evaluate(leaves, params, state))
    bad = tuple(f"{m}.{v}" for m, own in sent.items() for v, x in own.items() if not np.isfinite(x).all())
    most = max((float(np.max(x, initial=0.0)) for own in sent.values() for x in own.values()), default=0.0)
    return Trace(float(value), most, bad, norms, gradient, observed)


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


def _norms(x: Array) -> Array:
    """Return the norm over all axes but the first, without overflow before the numbers themselves overflow."""
    flat = jnp.abs(x.reshape(x.shape[0], -1))
    largest = jnp.max(flat, axis=1, initial=0.0)
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1.0)
    return scale * jnp.sqrt(jnp.sum((flat / scale[:, None]) ** 2, axis=1))
