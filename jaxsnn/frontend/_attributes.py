"""Reading and assigning attributes of a network: its description before compilation, its arrays after."""

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from .. import rng
from ..connectivity import Ranks
from ..distributions import Distribution
from ..equations import Attribute
from ..network import Value, merged, patched
from ..step import Path, dtype_of

if TYPE_CHECKING:
    from ._running import Running


def read(network: "Running", path: Path) -> np.ndarray:
    """Return the value of an attribute as it is stored: () or (size,)."""
    return network.values.read(path) if network.is_compiled else network.draft.read(path)


def write(network: "Running", path: Path, attribute: Attribute, ranks: Ranks, value: Value) -> None:
    """Assign an attribute of some neurons; `value` comes from `checked`."""
    network.must_be_free()
    if network.is_compiled:
        _write_array(network, path, attribute, ranks, value)
    else:
        network.draft.write(path, patched(_declared(network, path, attribute), ranks, value))


def _write_array(network: "Running", path: Path, attribute: Attribute, ranks: Ranks, value: Any) -> None:
    if isinstance(value, Distribution):
        value = draw(network, value, () if attribute.shared else (ranks.size,))
    new = value if ranks.is_everything else merged(network.values.read(path), ranks, value)
    shape = () if attribute.shared else (ranks.population_size,)
    full = new if attribute.is_parameter and new.ndim == 0 else np.broadcast_to(new, shape)
    network.values.write(path, np.array(full, dtype_of(attribute, network.simulation.compiled.dtype)))


def _declared(network: "Running", path: Path, attribute: Attribute) -> Any:
    """Return what the assignment of a view is merged into: the declared value, or the model's own where it is known."""
    declared = network.draft.declared(path)
    return network.draft.read_if_literal(path, attribute) if declared is None else declared


def draw(network: "Running", distribution: Distribution, shape: tuple[int, ...]) -> np.ndarray:
    """Return draws for an assignment after compilation, from the seed of the network and the count of such draws."""
    key = network.simulation.compiled.generator.wrap(jnp.asarray(network.values.raw_seed))
    key = rng.fold_name(key, f"assignment {network.next_assignment()}")
    return np.asarray(distribution.sample(key, shape, network.simulation.compiled.dtype))
