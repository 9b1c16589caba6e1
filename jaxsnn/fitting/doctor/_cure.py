"""What stops a gradient from exploding, in numbers: the same one with lower surrogates, and with smaller weights."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ...compiler import with_neurons
from ...connectivity import WEIGHT
from ...inputs import STRAIGHT_THROUGH
from ...models import Neuron
from ...network import NetworkSpec, replaced
from ...step import NetworkParams
from ...surrogates import Surrogate
from .._trainable import Leaves
from ._findings import Fault, Finding
from ._measure import Question
from ._report import norms_of

FACTORS = 0.5 ** np.arange(8)  # that are tried


def with_cures(question: Question, leaves: Leaves, findings: Sequence[Finding]) -> list[Finding]:
    """Return findings of which those that explode say what brings their growth per step to 1."""
    owners = [f.population for f in findings if f.fault is Fault.EXPLODING]
    if not owners:
        return list(findings)
    recurrent = recurrent_projections(question.sim.spec)
    norms = _norms(question, leaves, owners, recurrent)
    return [replace(f, cure=_cure(question, norms, recurrent, f)) if f.population in norms else f for f in findings]


def _norms(
    question: Question, leaves: Leaves, owners: Sequence[str], recurrent: Sequence[str]
) -> dict[str, np.ndarray]:
    """Return the norms of the gradient by the state of some populations, (2, factors, n_steps).

    First with surrogates of lower height, then with smaller weights.
    """
    params = replaced(question.params, leaves)

    def by_state(factors: Array) -> dict[str, Array]:
        height, weight = factors
        compiled = with_neurons(question.sim.compiled, lower(question.sim.spec, height))
        total = lambda shifts: question.total(compiled, smaller(params, recurrent, weight), shifts, None)[0]  # noqa: E731
        slopes = jax.grad(total)(question.shifts)
        return {o: jnp.sqrt(sum(norms_of(x) ** 2 for x in slopes[o].values())) for o in owners}

    ones = np.ones_like(FACTORS)
    pairs = jnp.asarray(np.concatenate([np.stack([FACTORS, ones], 1), np.stack([ones, FACTORS], 1)]), jnp.float32)
    found = jax.jit(lambda pairs: lax.map(by_state, pairs))(pairs)
    return {o: np.asarray(x, np.float64).reshape(2, len(FACTORS), -1) for o, x in found.items()}


def lower(spec: NetworkSpec, factor: Array) -> dict[str, Neuron]:
    """Return the neurons that spike by a condition, with surrogates so many times as high."""
    spiking = [p for p in spec.populations if p.neuron.is_spiking and p.neuron.surrogate != STRAIGHT_THROUGH]
    return {p.name: p.neuron.with_surrogate(_times(p.neuron.surrogate_function, factor)) for p in spiking}


def _times(surrogate: Surrogate, factor: Array) -> Surrogate:
    return replace(surrogate, derivative=lambda d: (factor * surrogate.derivative(d)).astype(d.dtype))


def smaller(params: NetworkParams, projections: Sequence[str], factor: Array) -> NetworkParams:
    """Return parameters with the weights of some projections so many times as large."""
    own = {
        q: {**params.projections[q], WEIGHT: _scaled(params, q, factor)} for q in projections if _has_weights(params, q)
    }
    return replace(params, projections={**params.projections, **own})


def _scaled(params: NetworkParams, projection: str, factor: Array) -> Array:
    w = params.projections[projection][WEIGHT]
    return (factor * w).astype(w.dtype)


def _has_weights(params: NetworkParams, projection: str) -> bool:
    return WEIGHT in params.projections.get(projection, {})


def recurrent_projections(spec: NetworkSpec) -> list[str]:
    """Return the projections from whose end a path of others leads back; all of them where none does."""
    after = {p.name: {q.post for q in spec.projections if q.pre == p.name} for p in spec.populations}

    def reached(name: str) -> set[str]:
        found, ahead = {name}, [name]
        while ahead:
            new = after[ahead.pop()] - found
            found, ahead = found | new, [*ahead, *new]
        return found

    return [q.name for q in spec.projections if q.pre in reached(q.post)] or [q.name for q in spec.projections]


def _cure(question: Question, norms: dict[str, np.ndarray], recurrent: Sequence[str], finding: Finding) -> str:
    """Return by how much the gradient grows in a step, and the factors with which it does not."""
    own = norms[finding.population]
    growth = growth_per_step(own)
    told = ", or with ".join(_told(question, recurrent, growth))
    return f"It grows {growth[0, 0]:.3g} times in each step back, and would not (1.00) with {told}."


def _told(question: Question, recurrent: Sequence[str], growth: np.ndarray) -> Iterator[str]:
    height, weight = (crossing(row) for row in growth)
    spiking = list(lower(question.sim.spec, jnp.ones(())))
    if spiking and height is not None:
        yield f"surrogates {height:.2g} times as high (`height` of {', '.join(f'`{name}`' for name in spiking)})"
    if weight is not None and any(_has_weights(question.params, q) for q in recurrent):
        yield f"weights of {', '.join(f'`{q}`' for q in recurrent)} {weight:.2g} times as large"
    if height is None and weight is None:
        yield f"nothing that was tried, heights and weights down to {FACTORS[-1]:.2g} times of what they are"


def growth_per_step(norms: np.ndarray) -> np.ndarray:
    """Return the geometric mean of how much a gradient grows per step back, (...,), of norms (..., n_steps).

    It is taken over the steps in which the first of them is finite and not zero, the last step left out: there the loss
    has just sent it.

    Example:
        >>> growth_per_step(2.0 ** np.arange(5)[::-1][None, None]).round(6).tolist()
        [[2.0]]
    """
    first = norms.reshape(-1, norms.shape[-1])[0]
    steps = np.flatnonzero(np.isfinite(first) & (first > 0))
    last = steps[-1]
    gaps = np.flatnonzero(np.diff(steps) > 1)
    begin = steps[gaps[-1] + 1] if len(gaps) else steps[0]
    with np.errstate(all="ignore"):
        return np.exp((np.log(norms[..., begin]) - np.log(norms[..., last])) / max(1, last - begin))


def crossing(growth: np.ndarray) -> float | None:
    """Return the factor with which a growth per step is 1, by interpolation over `FACTORS`; None if it never is.

    Example:
        >>> crossing(np.array([2.0, 1.0, 0.5, 0.25, 0.1, 0.1, 0.1, 0.1]))
        0.5
    """
    stops = np.flatnonzero(~(growth > 1.0))
    if not len(stops) or stops[0] == 0:
        return None
    k = stops[0]
    if not np.isfinite(growth[k - 1]):
        return float(FACTORS[k])
    share = (growth[k - 1] - 1.0) / (growth[k - 1] - growth[k])
    return float(FACTORS[k - 1] + share * (FACTORS[k] - FACTORS[k - 1]))
