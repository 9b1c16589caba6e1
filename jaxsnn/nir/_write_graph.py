"""A network as a graph: `write` and `to_graph`."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

from .. import arguments
from ..errors import UnsupportedError
from ..files import replaced
from ..frontend._network import Network
from ..network import ProjectionSpec
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState
from ._moment import Moment, moment_of
from ._package import DAMAGE, nir_package
from ._polynomial import rounded
from ._write_nodes import INPUT, SUM, Written, node_of, refuse, written_population
from ._write_projections import check_synapse, delay_of, extra_inputs, is_identity, matrix_node
from ._write_projections import refuse as refuse_projection

SUBTRACTING = ("subtract", "subtract later")


def write(
    network: Network | Simulation,
    filename: str | PathLike[str],
    *,
    params: NetworkParams | None = None,
    state: NetworkState | None = None,
    allow_subtract: bool = False,
) -> None:
    """Write a network into a file as a graph of the Neuromorphic Intermediate Representation (NIR).

    The analysed equations of each population are compared with the nodes of NIR; see `to_graph`. The file is HDF5, as
    the package `nir` writes it, and replaces another one only when all of it is written.

    Args:
        network, params, state, allow_subtract: as for `to_graph`.
        filename: of the file, usually with the ending `.nir`. Missing folders are created.

    Raises:
        UnsupportedError: something that NIR cannot say; then an old file is as it was. StateError: the network is not
            compiled. ArgumentError: a simulation without arrays. MissingPackageError: `nir` is not installed.

    Example:
        >>> import pathlib, tempfile, jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> source = net.create(snn.inputs.SpikeSourceArray([[2.0], [4.0]]), name="source")
        >>> cells = net.create(3, snn.Neuron(equations="10.0 * dv/dt = g_exc - v", spike="v > 1.0", reset="v = 0.0"))
        >>> _ = net.connect(source, cells, target="exc", name="exc").all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> filename = pathlib.Path(tempfile.mkdtemp()) / "cells.nir"
        >>> snn.nir.write(net, filename)
        >>> snn.nir.read(filename)
        network: dt 1 ms, populations 2, neurons 5, projections 1, not compiled
    """
    path = arguments.path(filename)
    graph = to_graph(network, params=params, state=state, allow_subtract=allow_subtract)
    with replaced(path) as file:
        nir_package().write(file, graph)


def to_graph(
    network: Network | Simulation,
    *,
    params: NetworkParams | None = None,
    state: NetworkState | None = None,
    allow_subtract: bool = False,
) -> Any:
    """Return a network as a `nir.NIRGraph`.

    The analysed equations of each population are compared with LIF, CubaLIF, LI, CubaLI, IF, I, Threshold and Scale,
    projections with Linear, Affine, Conv1d, Conv2d, SumPool2d, AvgPool2d and Delay. Inputs become Input, populations
    that are monitored (or send to no other one, where there is no monitor) get an Output. What the graph says in
    continuous time is what the network does in steps for signals that are constant during a step; time constants are in
    seconds. Synapses that are missing in a projection become weights of 0. Initial values are not written.

    Args:
        network: a compiled network, or a simulation.
        params, state: arrays in the place of those of the network, such as `result.params` of a fit; a simulation
            needs both.
        allow_subtract: whether neurons are written that take the threshold off at a spike. NIR's neurons set v to
            `v_reset`; programs that subtract read the same graph. The metadata `jaxsnn_reset` says so.

    Raises:
        UnsupportedError: something that NIR cannot say; the message names the population or projection, the equation
            and the reason. StateError: the network is not compiled. ArgumentError: a simulation without arrays.
        MissingPackageError: `nir` is not installed.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> inputs = net.create(snn.inputs.SpikeSourceArray([2.0]), name="inputs")
        >>> readout = net.create(2, snn.LI(tau_m=20.0), name="readout")
        >>> _ = net.connect(inputs, readout, target="exc", name="weights").all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> graph = snn.nir.to_graph(net)
        >>> list(graph.nodes), graph.nodes["readout"].tau.tolist()
        (['inputs', 'readout', 'weights', 'output_readout'], [0.019999999552965164, 0.019999999552965164])

    References:
        J. E. Pedersen et al., Nature Communications 15, 8122, 2024, doi:10.1038/s41467-024-52259-9.
    """
    nir = nir_package()
    allowed = arguments.flag(allow_subtract, "allow_subtract")
    moment = moment_of(network, params, state)
    populations = {p.name: written_population(moment, p) for p in moment.spec.populations}
    metadata = _metadata(moment, populations, allowed)
    writer = _Writer(moment, populations)
    for projection in moment.spec.projections:
        writer.add_projection(projection)
    writer.add_outputs()
    nodes, edges = writer.finished()
    try:
        return nir.NIRGraph(nodes=nodes, edges=edges, metadata=metadata)
    except DAMAGE as why:
        raise UnsupportedError(f"the package `nir` refuses the graph of this network: {why}") from why


class _Writer:
    """Collects nodes and edges; a population that is only a sum of its inputs is a node until the end."""

    def __init__(self, moment: Moment, populations: Mapping[str, Written]) -> None:
        self.moment, self.populations = moment, populations
        self.delays = {name for name in populations if self._is_delay(name)}
        self.sums = {name for name, p in populations.items() if p.kind == SUM} - self.delays
        plain = {name: p for name, p in populations.items() if name not in self.sums | self.delays}
        self.nodes: dict[str, Any] = {name: node_of(moment, p) for name, p in plain.items()}
        self.edges: list[tuple[str, str]] = []
        self.biased: set[tuple[str, str]] = set()

    def _is_delay(self, name: str) -> bool:
        """Tell whether a population passes on, later, what one other one sends."""
        population, incoming = self.populations[name], self.moment.spec.afferent(name)
        if population.kind != SUM or len(incoming) != 1 or population.match is None or population.match.biases:
            return False
        pre = self.populations[incoming[0].pre].end
        return pre.shape == population.end.shape and is_identity(self.moment, incoming[0], pre, population.end)

    def add_projection(self, projection: ProjectionSpec) -> None:
        """Add the nodes between two populations."""
        pre, post = self.populations[projection.pre], self.populations[projection.post]
        if post.match is None or len(projection.targets) != 1:
            raise refuse_projection(projection, "it feeds several targets: make one projection for each")
        check_synapse(projection, pre.end)
        steps = delay_of(self.moment, projection, int(np.prod(pre.end.geometry)))
        if projection.post in self.delays:
            self._add(projection.post, self._delay(pre, steps), projection.pre)
            return
        last, shape = self._delayed(projection, pre, steps - 1)
        target = projection.targets[0]
        sign, scale = extra_inputs(post.match.inputs, target)
        bias = self._bias(post, target, scale)
        if bias is None and (sign == 1).all() and is_identity(self.moment, projection, pre.end, post.end):
            last = last if shape == post.end.shape else self._flattened(projection, last, shape)
        else:
            node = matrix_node(self.moment, projection, pre.end, post.end, sign, bias)
            if type(node).__name__ in ("Linear", "Affine") and len(shape) > 1:
                last = self._flattened(projection, last, shape)
            last = self._add(self._free(projection.name), node, last)
        if scale is not None:
            values = rounded(scale, self.moment.dtype)[post.end.ranks].reshape(post.end.shape)
            last = self._add(self._free(f"{projection.name}_scale"), nir_package().Scale(values), last)
        self.edges.append((last, projection.post))

    def _bias(self, post: Written, target: str, scale: np.ndarray | None) -> np.ndarray | None:
        """Return what the first projection to a target adds, in the order of ranks."""
        assert post.match is not None  # noqa: S101 - for the type checker: inputs receive nothing
        if target not in post.match.biases or (post.end.name, target) in self.biased:
            return None
        self.biased.add((post.end.name, target))
        values = post.match.biases[target]
        return rounded(values if scale is None else values / scale, self.moment.dtype)

    def _delayed(self, projection: ProjectionSpec, pre: Written, steps: np.ndarray) -> tuple[str, tuple[int, ...]]:
        """Return the node that a projection starts from, and its shape: a Delay if there are steps beyond the first."""
        if not steps.any():
            return projection.pre, pre.end.shape
        if not steps.all():
            raise refuse_projection(projection, "some of its neurons send without a delay, others with one")
        node = self._delay(pre, steps)
        return self._add(self._free(f"{projection.name}_delay"), node, projection.pre), pre.end.shape

    def _delay(self, pre: Written, steps: np.ndarray) -> Any:
        seconds = (steps * self.moment.spec.dt / 1000.0).astype(self.moment.dtype)
        return nir_package().Delay(seconds[pre.end.ranks].reshape(pre.end.shape))

    def _flattened(self, projection: ProjectionSpec, last: str, shape: tuple[int, ...]) -> str:
        node = nir_package().Flatten({"input": np.array(shape)}, 0, -1)
        return self._add(self._free(f"{projection.name}_flat"), node, last)

    def _add(self, name: str, node: Any, before: str) -> str:
        self.nodes[name] = node
        self.edges.append((before, name))
        return name

    def _free(self, name: str) -> str:
        """Return a name that no node and no population has."""
        made, number = name, 2
        while made in self.nodes or made in self.populations:
            made, number = f"{name}_{number}", number + 1
        return made

    def add_outputs(self) -> None:
        """Add an output behind each population that is monitored, or else sends to no other one."""
        spec, nir = self.moment.spec, nir_package()
        watched = {m.owner: m.name for m in spec.monitors if m.owner in self.populations}
        watched = {name: own for name, own in watched.items() if self.populations[name].kind != INPUT}
        if not watched:
            inner = [name for name, p in self.populations.items() if p.kind != INPUT]
            sending = {q.pre for q in spec.projections if q.post != q.pre}
            last = [name for name in inner if name not in sending] or inner
            watched = {name: f"output_{name}" for name in last}
        for name, own in watched.items():
            shape = self.populations[name].end.shape
            self._add(self._free(own), nir.Output(output_type={"output": np.array(shape)}), name)

    def finished(self) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return nodes and edges, in which what feeds a sum feeds all that it feeds."""
        edges = list(self.edges)
        for name in self.sums:
            before = [a for a, b in edges if b == name]
            after = [b for a, b in edges if a == name]
            if not before or name in before:
                raise refuse(self.moment.spec.population(name), "it adds up its inputs, and has none or itself")
            edges = [e for e in edges if name not in e] + [(a, b) for a in before for b in after]
        return self.nodes, list(dict.fromkeys(edges))


def _metadata(moment: Moment, populations: Mapping[str, Written], allow_subtract: bool) -> dict[str, str]:
    """Return how equations are taken in steps, which a graph says once for all of its nodes."""
    found: dict[str, dict[str, str]] = {"method": {}, "reset": {}, "order": {}}
    for name, written in populations.items():
        choices = {} if written.match is None else dict(written.match.choices)
        if written.kind in ("I", "IF"):
            choices.pop("method", None)
        for what, choice in choices.items():
            found[what][name] = choice
    for name, reset in found["reset"].items():
        if reset in SUBTRACTING and not allow_subtract:
            kind = populations[name].kind
            raise refuse(
                moment.spec.population(name),
                f"a spike takes the threshold off its potential, and NIR's {kind} sets it to v_reset. "
                "`allow_subtract=True` writes it all the same, for programs that subtract",
            )
    return {f"jaxsnn_{what}": _one(moment, what, names) for what, names in found.items() if names}


def _one(moment: Moment, what: str, by_name: Mapping[str, str]) -> str:
    """Return the choice that all populations share."""
    (first, choice), *others = by_name.items()
    for other, differing in others:
        if differing != choice:
            raise refuse(
                moment.spec.population(other),
                f"its {what} is `{differing}`, that of `{first}` is `{choice}`: a graph says it once for all nodes",
            )
    return choice
