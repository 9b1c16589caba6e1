"""Reading and assigning attributes of synapses: the draft before compilation, the arrays after."""

from math import isnan
from typing import Any

import jax
import numpy as np

from ..arguments import as_number
from ..connectivity import DELAY, SynapseTable
from ..distributions import Distribution
from ..equations import Attribute, Locality, ValueType, parts_of
from ..errors import ArgumentError, Remark, ShapeError, StateError
from ..step import Path, dtype_of
from . import _attributes as attributes
from . import _draft_values as draft_values
from ._core import Core


def path_of(name: str, attribute: str) -> Path:
    """Return the place of an attribute of a projection."""
    return ("projections", name, attribute)


def parameters(core: Core, name: str) -> list[str]:
    """Return the names of parameters; `w` is one, as in ANNarchy, unless an equation changes it."""
    model = core.projection(name).synapse.analysed
    found = [a.name for a in model.attributes if a.is_parameter]
    updates = (*model.updates, *model.post_updates, *model.shared_updates)
    by_equations = {part.name for part in parts_of(updates)}
    return found if "w" in found or "w" in by_equations or "w" not in model.names else [*found, "w"]


def variables(core: Core, name: str) -> list[str]:
    """Return the names of variables."""
    return [a.name for a in core.projection(name).synapse.analysed.attributes if not a.is_parameter]


def names(core: Core, name: str) -> list[str]:
    """Return the names of parameters and variables."""
    return list(dict.fromkeys([*parameters(core, name), *variables(core, name)]))


def initial_values(core: Core, name: str) -> dict[str, Any]:
    """Return with what attributes begin, by name: numbers, arrays (pre, post), distributions."""
    declared = core.projection(name).values
    model = core.projection(name).synapse.analysed
    return {n: declared.get(n, draft_values.read_synaptic(core.draft, name, n)) for n in model.names}


def stored(core: Core, name: str, attribute: str) -> np.ndarray:
    """Return an attribute as it is stored; delays in steps, also where they are parameters, real numbers of ms."""
    value = np.asarray(core.arrays.read(path_of(name, attribute)))
    in_ms = attribute == DELAY and core.projection(name).fractional_delays
    return value / core.dt if in_ms else value


def values(core: Core, name: str, attribute: Attribute) -> np.ndarray:
    """Return an attribute with one value per synapse, (synapses,)."""
    return core.synapses(name).read(stored(core, name, attribute.name))


def read(core: Core, name: str, attribute: Attribute) -> Any:
    """Return an attribute: lists by post neuron, a list, or a number."""
    if not core.is_compiled:
        return declared_value(core, name, attribute)
    match attribute.locality:
        case Locality.LOCAL:
            one = one_weight(core, name, attribute)
            if one is not None:
                return one
            return [row.tolist() for row in core.synapses(name).split(values(core, name, attribute))]
        case Locality.POSTSYNAPTIC:
            return _of_dendrites(core, name, attribute).tolist()
    return stored(core, name, attribute.name).reshape(()).item()


def one_weight(core: Core, name: str, attribute: Attribute) -> float | None:
    """Return the number that the connector gave to all synapses while they share it, None if they do not."""
    if not (core.projection(name).has_one_weight and attribute.name == "w" and attribute.is_parameter):
        return None
    array = stored(core, name, "w")
    if array.ndim == 0:  # the form itself has one for all
        return array.item() if core.synapses(name).size else None
    each = core.synapses(name).read(array)
    return each[0].item() if each.size and (each == each[0]).all() else None


def _of_dendrites(core: Core, name: str, attribute: Attribute) -> np.ndarray:
    """Return a `postsynaptic` attribute of the neurons that have synapses."""
    post, found = core.projection(name).ends.post, core.synapses(name)
    whole = np.zeros(post.population_size, np.result_type(stored(core, name, attribute.name)))
    whole[post.array] = stored(core, name, attribute.name)
    return whole[found.post_ranks]


def declared_value(core: Core, name: str, attribute: Attribute) -> Any:
    """Return what is known of an attribute before anything is drawn."""
    declared = core.projection(name).values.get(attribute.name)
    if attribute.name == "w" and declared is None:
        message = f"the synapses of projection `{name}` are drawn when the network starts: compile it first"
        core.judge(Remark(StateError, (message,)))
    if declared is None:
        return draft_values.read_synaptic(core.draft, name, attribute.name)
    if isinstance(declared, np.ndarray) and declared.ndim == 0:
        return declared.item()
    raise StateError(f"`{attribute.name}` of projection `{name}` is drawn when the network starts: compile it first")


def write(core: Core, name: str, attribute: Attribute, value: Any) -> None:
    """Assign an attribute: a number, a distribution, lists as `read` gives them, a matrix (post.size, pre.size)."""
    core.check_free()
    what = f"`{attribute.name}` of projection `{name}`"
    _judge_nan(core, value, what)
    _judge_bounds(core, attribute, value, what)
    if core.is_compiled:
        store(core, name, attribute, _new(core, name, attribute, value))
    else:
        _declare(core, name, attribute.name, _declarable(core, name, attribute, value))


def _judge_bounds(core: Core, attribute: Attribute, value: Any, what: str) -> None:
    """Judge a number for all synapses that is beyond the bounds in the text."""
    number = as_number(value)
    if number is not None and attribute.limits is not None:
        core.judge(*attributes.beyond(attribute.limits, np.asarray(number), what))


def _judge_nan(core: Core, value: Any, what: str) -> None:
    """Judge a NaN for all synapses, which ANNarchy takes; in a matrix it may stand where there is no synapse."""
    number = as_number(value)
    if number is not None and isnan(number):
        core.judge(Remark(ArgumentError, (f"{what} takes numbers, not NaN, which never leaves a network",)))


def _declare(core: Core, name: str, attribute: str, value: Any) -> None:
    values = {**core.projection(name).values, attribute: value}
    core.draft = core.draft.with_changed_projection(name, values=values)


def store(core: Core, name: str, attribute: Attribute, new: np.ndarray) -> None:
    """Store an attribute of the synapses of a running network."""
    if attribute.type is ValueType.INT and (new != np.rint(new)).any():
        raise ArgumentError(f"`{attribute.name}` of projection `{name}` takes integers")
    typed = np.asarray(new, dtype_of(attribute, core.compiled.dtype))
    core.arrays.write(path_of(name, attribute.name), typed)


def _new(core: Core, name: str, attribute: Attribute, value: Any) -> np.ndarray:
    """Return the array to store."""
    old, what = stored(core, name, attribute.name), f"`{attribute.name}` of projection `{name}`"
    if attribute.locality is Locality.LOCAL:
        return _local(core, name, attribute, old, value, what)
    if attribute.locality is Locality.SHARED:
        return _numbers(value, what, ())
    post = core.projection(name).ends.post
    if isinstance(value, Distribution):
        return attributes.draw(core, value, (post.size,))
    given = np.asarray(_numeric(value, what))
    if given.ndim == 0:
        return np.broadcast_to(given, (post.size,))
    found = core.synapses(name)
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


def _local(core: Core, name: str, attribute: Attribute, old: np.ndarray, value: Any, what: str) -> np.ndarray:
    found = core.synapses(name)
    if isinstance(value, Distribution):
        return found.written(old, attributes.draw(core, value, (found.size,)))
    if np.ndim(_numeric_or_lists(value, what)) == 0:
        is_sparse_parameter = attribute.is_parameter and old.ndim == 0
        return (
            np.asarray(value, float) if is_sparse_parameter else found.written(old, np.full(found.size, float(value)))
        )
    return found.written(old, _matrix_or_lists(core, name, found, value, what))


def _matrix_or_lists(core: Core, name: str, found: SynapseTable, value: Any, what: str) -> np.ndarray:
    """Return values (synapses,) of lists by post neuron, or of a matrix (post.size, pre.size)."""
    ends = core.projection(name).ends
    lengths = {np.size(row) for row in value}
    as_matrix = len(value) == ends.post.size and lengths == {ends.pre.size}
    if as_matrix and found.counts.tolist() != [ends.pre.size] * ends.post.size:
        whole = np.zeros((ends.post.population_size, ends.pre.population_size))
        whole[np.ix_(ends.post.array, ends.pre.array)] = np.asarray(value, float)
        return whole[found.post, found.pre]
    return found.joined(value, what)


def numbers(core: Core, value: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Return numbers, or draw them from a distribution."""
    _judge_nan(core, value, what)
    return attributes.draw(core, value, shape) if isinstance(value, Distribution) else _numeric(value, what)


def _numeric_or_lists(value: Any, what: str) -> Any:
    if np.ndim(value) == 0 if not isinstance(value, list | tuple) else False:
        return _numeric(value, what)
    return [0]


def _numeric(value: Any, what: str) -> np.ndarray:
    try:
        if value is not None:
            return np.asarray(value, float)
    except (TypeError, ValueError):
        pass
    raise ArgumentError(f"{what} takes numbers or a distribution, not {value!r}")


def _numbers(value: Any, what: str, shape: tuple[int, ...]) -> np.ndarray:
    given = _numeric(value, what)
    if given.size != 1:
        raise ShapeError(f"{what} takes one number, not an array of shape {given.shape}")
    return given.reshape(shape)


def _declarable(core: Core, name: str, attribute: Attribute, value: Any) -> Any:
    """Return what can be declared before anything is drawn."""
    what = f"`{attribute.name}` of projection `{name}`"
    if isinstance(value, Distribution):
        if attribute.locality is not Locality.LOCAL:
            raise ArgumentError(f"{what} is not drawn for each synapse: give it a number")
        return value
    given, ends = _numeric(value, what), core.projection(name).ends
    if given.ndim == 0 or given.size == 1:
        return given.reshape(())
    if attribute.locality is Locality.POSTSYNAPTIC and given.shape == (ends.post.size,):
        return given
    if attribute.locality is Locality.LOCAL and given.shape == ends.shape[::-1]:
        return given.T
    message = "before compile(), a number, a distribution"
    shape = f" or a matrix (post, pre) = {ends.shape[::-1]}" if attribute.locality is Locality.LOCAL else ""
    raise ShapeError(f"{what} takes, {message}{shape}, not an array of shape {given.shape}")


def read_delays(core: Core, name: str) -> Any:
    """Return delays in ms: one number, or lists by post neuron."""
    steps = stored(core, name, DELAY) if core.is_compiled else None
    if steps is None:
        delays = core.projection(name).connector.delays
        if isinstance(delays, float):
            return max(core.dt, round(delays / core.dt) * core.dt)
        raise StateError(f"the delays of projection `{name}` are drawn when the network starts: compile it first")
    if steps.ndim == 0:
        return float(steps) * core.dt
    found = core.synapses(name)
    return [(row * core.dt).tolist() for row in found.split(found.read(steps))]


def n_bytes(core: Core, name: str) -> int:
    """Return how much memory the synapses of a projection take."""
    names = (*core.projection(name).synapse.analysed.names, DELAY)
    arrays = [stored(core, name, n) for n in names] + jax.tree.leaves(core.arrays.storage(name))
    return sum(np.asarray(x).nbytes for x in arrays)
