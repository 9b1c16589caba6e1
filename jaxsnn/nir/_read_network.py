"""A graph as a network: `read`."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, ShapeError, did_you_mean
from ..frontend._network import Network
from ..inputs import Table
from ..surrogates import Surrogate, fast_sigmoid
from ._cells import Cell, Cells, cells_of
from ._flat_graph import flat_graph, geometry_of, kind_of
from ._neuron_texts import BEGUN, has_bias, integration_of, neuron_of, values_of
from ._package import nir_package, read_graph
from ._weights import connect

OF_THRESHOLD = fast_sigmoid(beta=10.0)  # for potentials about as large as their threshold


def read(  # noqa: PLR0913 - options of one thing, by keyword
    graph: str | PathLike[str] | Any,
    *,
    dt: float = 1.0,
    duration: float = 100.0,
    inputs: Mapping[str, Any] | None = None,
    method: str | None = None,
    reset: str | None = None,
    order: str | None = None,
    surrogate: str | Surrogate = OF_THRESHOLD,
    seed: int | None = None,
) -> Network:
    """Return the network that a graph of the Neuromorphic Intermediate Representation (NIR) describes.

    Each neuron of the graph becomes a population whose equations are text, with time constants in seconds as in NIR.
    Matrices and filters become projections, all of them trainable. Nodes keep their names; what is no letter, digit
    or `_` becomes `_`. Each output of the graph becomes a monitor. The network is not compiled, so it can be edited.

    A signal takes one step per projection, which NIR does not count: what leaves the n-th layer of a graph comes n
    steps later. A delay of d steps takes d.

    Args:
        graph: the name of a file, or a `nir.NIRGraph`.
        dt: step, ms. Graphs of snnTorch are written for 0.1 ms.
        duration: ms; inputs are tables with one row per step, zeros unless `inputs` has others.
        inputs: values (steps, *shape) by the name of an input, in NIR's order of axes: channels first.
        method: `explicit` (Euler's, that of snnTorch and norse) or `exponential`. None is that which the file names,
            or `explicit`; the next two likewise.
        reset: at a spike, `value` sets v to `v_reset`, as NIR defines; `subtract` takes the threshold off v;
            `subtract later` does so in the next step.
        order: of the two equations of a CubaLIF. `in turn`: the membrane reads the current of the same step, as in
            snnTorch. `at once`: that before it, as in norse.
        surrogate: derivative of spikes in gradients.
        seed: of the network.

    Raises:
        OSError, FileFormatError: no such file, or no graph in it. MissingPackageError: `nir` is not installed.
        UnsupportedError: a node that a network cannot say; the message names it. ShapeError, ArgumentError: parts
            that do not fit each other.

    Example:
        >>> import nir, numpy as np, jaxsnn as snn
        >>> ones = np.ones(2)
        >>> lif = nir.LIF(tau=0.02 * ones, r=20 * ones, v_leak=0 * ones, v_threshold=ones)
        >>> graph = nir.NIRGraph.from_list(nir.Linear(np.ones((2, 3))), lif)
        >>> net = snn.nir.read(graph, inputs={"input": np.full((10, 3), 0.2)})
        >>> print(net.population("lif").neuron_type.equations)
        1000.0 * tau * dv/dt = v_leak - v + R * (g_linear) : explicit, init = v_leak
        >>> _ = net.compile()
        >>> net.simulate(10.0)
        >>> net.get_monitor("output").get("spike")[0]
        [2, 4, 6, 8]

    References:
        J. E. Pedersen et al., "Neuromorphic intermediate representation: a unified instruction set for interoperable
        brain-inspired computing", Nature Communications 15, 8122, 2024, doi:10.1038/s41467-024-52259-9.
    """
    given = _graph(graph)
    flat = flat_graph(given)
    integration = integration_of(flat.metadata, method, reset, order)
    cells = cells_of(flat)
    net = Network(dt=dt, seed=seed)
    tables = _tables(cells, {} if inputs is None else arguments.by_name(inputs, "inputs"), duration, net.dt)
    for cell in cells.all.values():
        neuron = neuron_of(cell, integration, surrogate)
        made = net.create(geometry_of(cell.shape), neuron, name=cell.name, tables=_tables_of(cell, tables, net.dt))
        for name, values in values_of(cell).items():
            setattr(made, name, values)
    for cell in cells.all.values():
        for link in cell.links:
            connect(net, cells.all[link.pre], cell, link)
    for output, name in cells.outputs.items():
        net.monitor(net.population(name), "spike" if cells.all[name].spikes else "v", name=output)
    return net


def _graph(given: Any) -> Any:
    nir = nir_package()
    if isinstance(given, nir.NIRGraph):
        return given
    if isinstance(given, nir.NIRNode):
        raise ArgumentError(f"a graph is expected, not the node {kind_of(given)}: `nir.NIRGraph.from_list(node)`")
    return read_graph(arguments.path(given, "graph"))


def _tables(cells: Cells, given: Mapping[str, Any], duration: float, dt: float) -> dict[str, Table]:
    """Return what each input shows."""
    known = {name: cell for name, cell in cells.all.items() if cell.kind == "Input"}
    for name in given:
        if name not in known:
            raise ArgumentError(f"`inputs`: the graph has no input `{name}`.{did_you_mean(name, known)}")
    steps = max(1, round(arguments.real(duration, "duration", "ms", above=0.0) / dt))
    return {name: Table(_rows(cell, given.get(name), steps)) for name, cell in known.items()}


def _tables_of(cell: Cell, inputs: Mapping[str, Table], dt: float) -> dict[str, Table] | None:
    if cell.kind == "Input":
        return {"I": inputs[cell.name]}
    return {BEGUN: Table([1.0], schedule=[cell.begins * dt])} if has_bias(cell) else None


def _rows(cell: Cell, given: Any, steps: int) -> np.ndarray:
    if given is None:
        return np.zeros((steps, *geometry_of(cell.shape)))
    values = arguments.numbers(given)
    if values is None or values.ndim == 0 or values.shape[1:] != cell.shape:
        raise ShapeError(
            f"`inputs`: `{cell.name}` needs numbers (steps, {', '.join(map(str, cell.shape))}), not {np.shape(given)}"
        )
    return np.moveaxis(values, 1, -1) if values.ndim > 2 else values
