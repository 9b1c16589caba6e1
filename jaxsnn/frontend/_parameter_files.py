"""Parameters of a network in JSON files that one can read and edit."""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import jax.numpy as jnp
import numpy as np

from .. import arguments, io
from ..equations import Attribute
from ..errors import FileFormatError, StateError
from . import _attributes as attributes
from . import _constants as constants
from . import _draft_values as draft_values
from . import _synapse_attributes as synapse_attributes
from ._base_projection import BaseProjection
from ._core import Core, HasCore
from ._describe import get_populations, get_projections
from ._files import check_has_files
from ._population import Population
from ._progress import say

Owner = Population | BaseProjection


def save_parameters(network: HasCore, filename: io.Filename) -> None:
    """Write what has one value per population or projection, and constants, as JSON to be read and edited.

    Parameters with their present values, variables with their initial ones; what is drawn at random is left out.

    Args:
        filename: usually `.json`. Missing folders are created.
    """
    core = network._core
    populations = {p.name: _shared_values(core, p) for p in get_populations(network)}
    projections = {q.name: _shared_values(core, q) for q in get_projections(network)}
    named = {name: _plain(constants.value_of(core, name)) for name in core.draft.constants}
    io.write_parameters(filename, io.Parameters(populations, projections, {}, named))


def load_parameter(in_file: io.Filename) -> dict[str, Any]:
    """Return the numbers of an XML file, `<parameter><name>a</name><value>1.5</value></parameter>`.

    ANNarchy deprecates it: write JSON, and use `load_parameters`.

    Raises:
        FileFormatError: not such a file.
    """
    try:
        found = ElementTree.parse(arguments.path(in_file, "in_file")).iter("parameter")  # noqa: S314 - Expat bounds what entities expand to
        values = {str(p.findtext("name")): json.loads(str(p.findtext("value"))) for p in found}
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise FileFormatError(f"`{in_file}` is no XML file of parameters: {error}") from None
    for name, value in values.items():
        if isinstance(value, float) and not np.isfinite(value):
            raise FileFormatError(f"`{in_file}`: `{name}` is a finite number, not {value}")
    return values


def load_parameters(
    network: HasCore, filename: io.Filename, global_only: bool = True, verbose: bool = False
) -> dict[str, float]:
    """Assign what a JSON file gives: `{"populations": {"P": {"tau": 10.0}}, "projections": {}, "constants": {}}`.

    Names that the network does not have are left out; constants are created before `compile()`.

    Args:
        filename: as `save_parameters` writes it, or by hand.
        global_only: assign only what has one value per population or projection; False assigns everything: one
            number, or lists as reading the attribute gives them.
        verbose: print what is assigned.

    Returns:
        The numbers under `"network"`, which are for the script.

    Raises:
        FileFormatError: not JSON, or not of this form. ShapeError, ArgumentError: a value that an attribute does
            not take. The network stays as it was.

    Example:
        >>> import os, tempfile, jaxsnn as snn
        >>> net = snn.Network()
        >>> neuron = snn.Neuron(parameters="tau = 10.0 : population", equations="tau * dr/dt = 1.0 - r")
        >>> P = net.create(2, neuron, name="P")
        >>> filename = os.path.join(tempfile.mkdtemp(), "parameters.json")
        >>> net.save_parameters(filename)
        >>> P.tau = 20.0
        >>> net.load_parameters(filename)
        {}
        >>> P.tau
        10.0
    """
    core = network._core
    core.check_free()
    if core.is_compiled:
        check_has_files(core, "load_parameters()")
    found = io.read_parameters(filename)
    with core.all_or_nothing():
        _assign(found.populations, get_populations(network), global_only, verbose)
        _assign(found.projections, get_projections(network), global_only, verbose)
        _assign_constants(network, found.constants, verbose)
    return found.network


def _shared_values(core: Core, owner: Owner) -> dict[str, Any]:
    """Return the attributes with one value in all, as far as they are known."""
    found = {}
    for attribute in _attributes_of(owner):
        if attribute.shared and attribute.name != "w":
            try:
                found[attribute.name] = _plain(_shared_value(core, owner, attribute))
            except StateError:  # drawn when the network starts
                continue
    return found


def _shared_value(core: Core, owner: Owner, attribute: Attribute) -> Any:
    """Return the present value of a parameter, the initial one of a variable."""
    is_present = core.is_compiled and attribute.is_parameter
    if isinstance(owner, Population):
        path = ("populations", owner.name, attribute.name)
        return attributes.read(core, path) if is_present else draft_values.read(core.draft, path)
    if is_present:
        return synapse_attributes.stored(core, owner.name, attribute.name)
    return synapse_attributes.declared_value(core, owner.name, attribute)


def _assign(values: dict[str, dict[str, Any]], owners: Sequence[Owner], global_only: bool, verbose: bool) -> None:
    """Assign values by the names of their owners."""
    for owner in owners:
        given = values.get(owner.name, {})
        for attribute in _attributes_of(owner):
            if attribute.name in given and (attribute.shared or not global_only):
                setattr(owner, attribute.name, given[attribute.name])
                if verbose:
                    say(f"{owner.name}.{attribute.name} = {given[attribute.name]}")


def _assign_constants(network: HasCore, values: dict[str, float], verbose: bool) -> None:
    """Assign constants, and add those that are missing while that is possible."""
    core = network._core
    for name, value in values.items():
        is_known = name in core.draft.constants
        if is_known:
            constants.assign(core, name, value)
        elif not core.is_compiled:
            constants.constant(network, name, value)
        if verbose and (is_known or not core.is_compiled):
            say(f"{name} = {value}")


def _attributes_of(owner: Owner) -> tuple[Attribute, ...]:
    model = owner.neuron_type if isinstance(owner, Population) else owner.synapse_type
    return model.analysed.attributes


def _plain(value: Any) -> Any:
    """Return a number as JSON has it, with as many digits as the network computes with."""
    array = np.asarray(value).reshape(())
    return float(str(array.astype(jnp.result_type(float)))) if array.dtype.kind == "f" else array.item()
