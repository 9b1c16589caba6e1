"""Reading and assigning attributes of neurons: the draft before compilation, the arrays after."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from .. import rng
from ..connectivity import Ranks
from ..distributions import Distribution
from ..equations import Attribute
from ..errors import ArgumentError, Remark, StateError
from ..network import Value, merged, patched
from ..step import Path, dtype_of, initial_values, is_drawn
from . import _draft_values as draft_values
from ._core import Core


def read(core: Core, path: Path) -> np.ndarray:
    """Return the value of an attribute as it is stored: () or (size,)."""
    if core.is_compiled:
        return core.arrays.read(path)
    kind, owner, name = path
    if kind == "populations" and is_drawn(core.population(owner).values.get(name)):
        return _drawn_now(core, owner, name)
    return draft_values.read(core.draft, path)


def _drawn_now(core: Core, owner: str, name: str) -> np.ndarray:
    """Draw a declared distribution before the network starts, which then begins with these values, as in ANNarchy."""
    message = f"`{name}` of population `{owner}` is drawn when the network starts: compile it first"
    core.judge(Remark(StateError, (message,)))
    core.seed = rng.entropy() if core.seed is None else core.seed
    spec, constants = core.population(owner), {k: jnp.asarray(x) for k, x in core.draft.constants.items()}
    key = core.options.generator.wrap(jnp.asarray(rng.raw_of_seeds([core.seed])[0]))
    values = initial_values(spec, {}, constants, rng.fold_name(key, owner), jnp.result_type(float))
    value = np.asarray(values[name])
    core.draft = core.draft.with_population(replace(spec, values={**spec.values, name: value}))
    return value


def beyond(limits: tuple[float, float], values: np.ndarray, what: object) -> Iterator[Remark]:
    """Yield a remark on values beyond the bounds that the text of a parameter states, which no run reads."""
    low, high = np.asarray(limits, np.float32)  # as exact as the values of a fit that ended on a bound
    found = values.astype(np.float32)
    out = values[(found < low) | (found > high)]
    if out.size:
        stated = f"the text of the model states min={low:g}, max={high:g}"
        yield Remark(ArgumentError, (f"{what} is given {out.flat[0]:g}, but {stated}",))


def write(core: Core, path: Path, attribute: Attribute, ranks: Ranks, value: Value) -> None:
    """Assign an attribute of some neurons; `value` comes from `checked`."""
    core.check_free()
    if core.is_compiled:
        _write_array(core, path, attribute, ranks, value)
        return
    _, owner, name = path
    spec = core.population(owner)
    declared = patched(draft_values.declared_or_literal(core.draft, path, attribute), ranks, value)
    core.draft = core.draft.with_population(replace(spec, values={**spec.values, name: declared}))


def _write_array(core: Core, path: Path, attribute: Attribute, ranks: Ranks, value: Any) -> None:
    if isinstance(value, Distribution):
        value = draw(core, value, () if attribute.shared else (ranks.size,))
    new = value if ranks.is_everything else merged(core.arrays.read(path), ranks, value)
    shape = () if attribute.shared else (ranks.population_size,)
    if new.ndim == 0 and attribute.is_parameter:  # one for all stays one for each where it was: of another shape, it
        shape = core.arrays.read(path).shape  # would be read by another program
    full = np.broadcast_to(new, shape)
    core.arrays.write(path, np.asarray(full, dtype_of(attribute, core.compiled.dtype)))


def draw(core: Core, distribution: Distribution, shape: tuple[int, ...]) -> np.ndarray:
    """Return draws for an assignment after compilation, from the seed of the network and the count of such draws."""
    arrays, compiled = core.arrays, core.compiled
    provenance = replace(arrays.provenance, assignments=arrays.provenance.assignments + 1)
    key = compiled.generator.wrap(jnp.asarray(provenance.seed))
    key = rng.fold_name(key, f"assignment {provenance.assignments}")
    drawn = np.asarray(distribution.sample(key, shape, compiled.dtype))
    arrays.provenance = provenance
    return drawn
