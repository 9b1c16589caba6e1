"""Reading and assigning attributes of synapses: the description of a network before compilation, its arrays after."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..connectivity import DELAY, SynapseTable
from ..distributions import Distribution
from ..equations import Attribute, Locality, ValueType
from ..errors import ArgumentError, ShapeError, StateError
from ..network import SynapseMonitorSpec
from ..step import Path, dtype_of
from . import _attributes as attributes

if TYPE_CHECKING:
    from ._wired import Wired


def path_of(name: str, attribute: str) -> Path:
    """Return the place of an attribute of a projection."""
    return ("projections", name, attribute)


def table(network: "Wired", name: str) -> SynapseTable:
    """Return where the synapses of a projection are stored.

    Raises:
        StateError: the network is not compiled, so they are not drawn yet.
    """
    if not network.is_compiled:
        message = f"the synapses of projection `{name}` are drawn when the network starts: compile it first"
        raise StateError(message)
    return network.synapse_table(name)


def stored(network: "Wired", name: str, attribute: str) -> np.ndarray:
    """Return an attribute as it is stored; delays in steps, also where they are parameters, real numbers of ms."""
    value = np.asarray(network.values.read(path_of(name, attribute)))
    in_ms = attribute == DELAY and network.projection_spec(name).fractional_delays
    return value / network.dt if in_ms else value


def values(network: "Wired", name: str, attribute: Attribute) -> np.ndarray:
    """Return an attribute with one value per synapse, (synapses,)."""
    return table(network, name).read(stored(network, name, attribute.name))


def read(network: "Wired", name: str, attribute: Attribute) -> Any:
    """Return an attribute: lists by post neuron, a list, or a number."""
    if not network.is_compiled:
        return _declared(network, name, attribute)
    match attribute.locality:
        case Locality.LOCAL:
            one = one_weight(network, name, attribute)
            if one is not None:
                return one
            return [row.tolist() for row in table(network, name).split(values(network, name, attribute))]
        case Locality.POSTSYNAPTIC:
            return _of_dendrites(network, name, attribute).tolist()
    return stored(network, name, attribute.name).reshape(()).item()


def one_weight(network: "Wired", name: str, attribute: Attribute) -> float | None:
    """Return the number that the connector gave to all synapses while they share it, None if they do not."""
    if not (network.projection_spec(name).has_one_weight and attribute.name == "w" and attribute.is_parameter):
        return None
    array = stored(network, name, "w")
    if array.ndim == 0:  # the form itself has one for all
        return array.item() if table(network, name).size else None
    each = table(network, name).read(array)
    return each[0].item() if each.size and (each == each[0]).all() else None


def _of_dendrites(network: "Wired", name: str, attribute: Attribute) -> np.ndarray:
    """Return a `postsynaptic` attribute of the neurons that have synapses."""
    post, found = network.projection_spec(name).ends.post, table(network, name)
    whole = np.zeros(post.population_size, np.result_type(stored(network, name, attribute.name)))
    whole[post.array] = stored(network, name, attribute.name)
    return whole[found.post_ranks]


def _declared(network: "Wired", name: str, attribute: Attribute) -> Any:
    """Return what is known of an attribute before anything is drawn."""
    declared = network.projection_spec(name).values.get(attribute.name)
    if attribute.name == "w" and declared is None:
        return table(network, name)  # raises: weights are drawn when the network starts
    if declared is None:
        return network.draft.read_synaptic(name, attribute.name)
    if isinstance(declared, np.ndarray) and declared.ndim == 0:
        return declared.item()
    raise StateError(f"`{attribute.name}` of projection `{name}` is drawn when the network starts: compile it first")


def write(network: "Wired", name: str, attribute: Attribute, value: Any) -> None:
    """Assign an attribute: a number, a distribution, lists as `read` gives them, a matrix (post.size, pre.size)."""
    network.must_be_free()
    if network.is_compiled:
        store(network, name, attribute, _new(network, name, attribute, value))
    else:
        network.draft.write_synaptic(name, attribute.name, _declarable(network, name, attribute, value))


def store(network: "Wired", name: str, attribute: Attribute, new: np.ndarray) -> None:
    """Store an attribute of the synapses of a running network."""
    if attribute.type is ValueType.INT and (new != np.rint(new)).any():
        raise ArgumentError(f"`{attribute.name}` of projection `{name}` takes integers")
    typed = np.asarray(new, dtype_of(attribute, network.simulation.compiled.dtype))
    network.values.write(path_of(name, attribute.name), typed)


def _new(network: "Wired", name: str, attribute: Attribute, value: Any) -> np.ndarray:
    """Return the array to store."""
    old, what = stored(network, name, attribute.name), f"`{attribute.name}` of projection `{name}`"
    if attribute.locality is Locality.LOCAL:
        return _local(network, name, attribute, old, value, what)
    if attribute.locality is Locality.SHARED:
        return _numbers(value, what, ())
    post = network.projection_spec(name).ends.post
    if isinstance(value, Distribution):
        return attributes.draw(network, value, (post.size,))
    given = np.asarray(_numeric(value, what))
    if given.ndim == 0:
        return np.broadcast_to(given, (post.size,))
    found = table(network, name)
    if given.shape == (post.size,):
        return given
    if given.shape != (len(found.post_ranks),):
        raise ShapeError(
            f"{what} takes a number or {len(found.post_ranks)} values, not an array of shape {given.shape}"
        )
    whole = np.zeros(post.population_size, float)
    whole[post.array] = np.broadcast_to(old, (post.size,))
    whole[found.post_ranks] = given
    return whole[post.array]


def _local(network: "Wired", name: str, attribute: Attribute, old: np.ndarray, value: Any, what: str) -> np.ndarray:
    found = table(network, name)
    if isinstance(value, Distribution):
        return found.written(old, attributes.draw(network, value, (found.size,)))
    if np.ndim(_numeric_or_lists(value, what)) == 0:
        is_sparse_parameter = attribute.is_parameter and old.ndim == 0
        return (
            np.asarray(value, float) if is_sparse_parameter else found.written(old, np.full(found.size, float(value)))
        )
    return found.written(old, _matrix_or_lists(network, name, found, value, what))


def _matrix_or_lists(network: "Wired", name: str, found: SynapseTable, value: Any, what: str) -> np.ndarray:
    """Return values (synapses,) of lists by post neuron, or of a matrix (post.size, pre.size)."""
    ends = network.projection_spec(name).ends
    lengths = {np.size(row) for row in value}
    as_matrix = len(value) == ends.post.size and lengths == {ends.pre.size}
    if as_matrix and found.counts.tolist() != [ends.pre.size] * ends.post.size:
        whole = np.zeros((ends.post.population_size, ends.pre.population_size))
        whole[np.ix_(ends.post.array, ends.pre.array)] = np.asarray(value, float)
        return whole[found.post, found.pre]
    return found.joined(value, what)


def numbers(network: "Wired", value: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Return numbers, or draw them from a distribution."""
    return attributes.draw(network, value, shape) if isinstance(value, Distribution) else _numeric(value, what)


def _numeric_or_lists(value: Any, what: str) -> Any:
    if np.ndim(value) == 0 if not isinstance(value, list | tuple) else False:
        return _numeric(value, what)
    return [0]


def _numeric(value: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        raise ArgumentError(f"{what} takes numbers or a distribution, not {value!r}") from None


def _numbers(value: Any, what: str, shape: tuple[int, ...]) -> np.ndarray:
    given = _numeric(value, what)
    if given.size != 1:
        raise ShapeError(f"{what} takes one number, not an array of shape {given.shape}")
    return given.reshape(shape)


def _declarable(network: "Wired", name: str, attribute: Attribute, value: Any) -> Any:
    """Return what can be declared before anything is drawn."""
    what = f"`{attribute.name}` of projection `{name}`"
    if isinstance(value, Distribution):
        if attribute.locality is not Locality.LOCAL:
            raise ArgumentError(f"{what} is not drawn for each synapse: give it a number")
        return value
    given, ends = _numeric(value, what), network.projection_spec(name).ends
    if given.ndim == 0 or given.size == 1:
        return given.reshape(())
    if attribute.locality is Locality.POSTSYNAPTIC and given.shape == (ends.post.size,):
        return given
    if attribute.locality is Locality.LOCAL and given.shape == ends.shape[::-1]:
        return given.T
    message = "before compile(), a number, a distribution"
    shape = f" or a matrix (post, pre) = {ends.shape[::-1]}" if attribute.locality is Locality.LOCAL else ""
    raise ShapeError(f"{what} takes, {message}{shape}, not an array of shape {given.shape}")


def read_delays(network: "Wired", name: str) -> Any:
    """Return delays in ms: one number, or lists by post neuron."""
    steps = stored(network, name, "delay") if network.is_compiled else None
    if steps is None:
        delays = network.projection_spec(name).connector.delays
        if isinstance(delays, float):
            return max(network.dt, round(delays / network.dt) * network.dt)
        raise StateError(f"the delays of projection `{name}` are drawn when the network starts: compile it first")
    if steps.ndim == 0:
        return float(steps) * network.dt
    found = table(network, name)
    return [(row * network.dt).tolist() for row in found.split(found.read(steps))]


def n_bytes(network: "Wired", name: str) -> int:
    """Return how much memory the synapses of a projection take."""
    import jax

    names = [*network.projection_spec(name).synapse.analysed.names, "delay"]
    arrays = [stored(network, name, n) for n in names]
    arrays += jax.tree.leaves(network.values.read(("connectivity", name, "")))
    return sum(np.asarray(x).nbytes for x in arrays)


def recorded(network: "Wired", spec: SynapseMonitorSpec, variable: str, rows: np.ndarray) -> np.ndarray:
    """Return what a monitor of synapses has recorded, (samples, post neurons, synapses).

    Where rules create and prune synapses, all pairs are given, NaN while there is no synapse.

    Post neurons with different numbers of synapses give an object array (samples, post neurons) of arrays. A dendrite
    gives (samples, synapses), a `postsynaptic` variable (samples, post neurons), a `projection`-wide one (samples,).
    """
    attribute = network.projection_spec(spec.projection).synapse.analysed.attribute(variable)
    found, n = table(network, spec.projection), len(rows)
    if attribute.locality is Locality.SHARED or (
        spec.dendrite is not None and attribute.locality is not Locality.LOCAL
    ):
        return rows
    post = network.projection_spec(spec.projection).ends.post
    if attribute.locality is Locality.POSTSYNAPTIC:
        whole = np.zeros((n, post.population_size), rows.dtype)
        whole[:, post.array] = rows.reshape(n, post.size)
        return whole[:, found.post_ranks]
    if network.projection_spec(spec.projection).synapse.analysed.is_structural:
        return np.moveaxis(rows, 1, 2) if spec.dendrite is None else rows
    if spec.dendrite is not None:
        form = network.simulation.compiled.plans[spec.projection].form
        return rows[:, form.places_in_dendrite(found.of(int(post.array[spec.dendrite])))]
    flat = rows.reshape(n, found.shape[0] * found.shape[1])[:, found.place]
    if len(set(found.counts.tolist())) == 1:
        return flat.reshape(n, len(found.counts), -1)
    ragged = np.empty((n, len(found.counts)), object)
    for k, part in enumerate(found.split(flat.T)):
        ragged[:, k] = list(part.T)
    return ragged
