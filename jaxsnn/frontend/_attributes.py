"""Reading and assigning attributes of neurons: the draft before compilation, the arrays after."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from .. import rng
from ..connectivity import Ranks
from ..distributions import Distribution
from ..equations import Attribute
from ..network import Value, merged, patched
from ..step import Path, dtype_of
from . import _draft_values as draft_values
from ._core import Core


def read(core: Core, path: Path) -> np.ndarray:
    """Return the value of an attribute as it is stored: () or (size,)."""
    return core.arrays.read(path) if core.is_compiled else draft_values.read(core.draft, path)


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
    full = new if new.shape == shape or (attribute.is_parameter and new.ndim == 0) else np.broadcast_to(new, shape)
    core.arrays.write(path, np.array(full, dtype_of(attribute, core.compiled.dtype)))


def draw(core: Core, distribution: Distribution, shape: tuple[int, ...]) -> np.ndarray:
    """Return draws for an assignment after compilation, from the seed of the network and the count of such draws."""
    arrays, compiled = core.arrays, core.compiled
    provenance = replace(arrays.provenance, assignments=arrays.provenance.assignments + 1)
    key = compiled.generator.wrap(jnp.asarray(provenance.seed))
    key = rng.fold_name(key, f"assignment {provenance.assignments}")
    drawn = np.asarray(distribution.sample(key, shape, compiled.dtype))
    arrays.provenance = provenance
    return drawn
