"""A graph without graphs in it: computing nodes by name, who feeds whom, and where its outputs are."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..errors import FileFormatError, UnsupportedError

Shape = tuple[int, ...]
Edges = tuple[tuple[str, str], ...]
NEURONS = ("LIF", "CubaLIF", "LI", "CubaLI", "I", "IF")
ELEMENTWISE = (*NEURONS, "Threshold", "Scale", "Delay")
MATRICES = ("Affine", "Linear", "Conv1d", "Conv2d", "SumPool2d", "AvgPool2d")
COMPUTING = ("Input", *ELEMENTWISE, *MATRICES)
IDENTITIES = ("Flatten", "Output", "Identity")


@dataclass(frozen=True, eq=False)
class FlatGraph:
    """What a graph computes.

    Args:
        nodes: computing nodes by name; a node `b` of a graph that is the node `a` has the name `a.b`.
        edges: between them, each once.
        outputs: for each output of the graph, the nodes whose sum it is.
        metadata: of the graph.
    """

    nodes: Mapping[str, Any]
    edges: Edges
    outputs: Mapping[str, tuple[str, ...]]
    metadata: Mapping[str, Any]

    def before(self, name: str) -> tuple[str, ...]:
        """Return the nodes that feed a node."""
        return tuple(a for a, b in self.edges if b == name)

    def after(self, name: str) -> tuple[str, ...]:
        """Return the nodes that a node feeds."""
        return tuple(b for a, b in self.edges if a == name)


def kind_of(node: Any) -> str:
    """Return what a node is, in NIR's words."""
    return type(node).__name__


def flat_graph(graph: Any) -> FlatGraph:
    """Return what a NIR graph computes.

    Raises:
        FileFormatError: edges from or to nodes that are not there. UnsupportedError: a kind of node that is unknown,
            or a graph within the graph with several inputs or outputs.
    """
    nodes, edges = _inlined(graph, "")
    outputs = {name: _sources(name, nodes, edges) for name, node in nodes.items() if kind_of(node) == "Output"}
    own = {name: found for name, found in outputs.items() if name in graph.nodes}
    for name in [name for name, node in nodes.items() if _is_identity(node, name, graph)]:
        edges = _without(name, edges)
        del nodes[name]
    unique = tuple(dict.fromkeys(edges))
    return FlatGraph(nodes, unique, own, dict(graph.metadata or {}))


def _is_identity(node: Any, name: str, graph: Any) -> bool:
    return kind_of(node) in IDENTITIES or (kind_of(node) == "Input" and name not in graph.nodes)


def _inlined(graph: Any, prefix: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the nodes and edges of a graph in which every graph is replaced by its content."""
    nodes: dict[str, Any] = {}
    entries, exits = {}, {}
    edges: list[tuple[str, str]] = []
    for key, node in graph.nodes.items():
        name = f"{prefix}{key}"
        entries[key] = exits[key] = name
        if kind_of(node) == "NIRGraph":
            inner, between = _inlined(node, f"{name}.")
            nodes |= inner
            edges += between
            entries[key], exits[key] = _only(node, "Input", name), _only(node, "Output", name)
        elif kind_of(node) in (*COMPUTING, *IDENTITIES):
            nodes[name] = node
        else:
            known = ", ".join((*COMPUTING, *IDENTITIES, "NIRGraph"))
            raise UnsupportedError(f"node `{name}` is a {kind_of(node)}, which is none of the known nodes: {known}")
    for one, other in graph.edges:
        for end in (one, other):
            if end not in graph.nodes:
                raise FileFormatError(f"the edge `{one}` -> `{other}` names `{end}`, which is no node of the graph")
        edges.append((exits[one], entries[other]))
    return nodes, edges


def _only(graph: Any, kind: str, name: str) -> str:
    found = [key for key, node in graph.nodes.items() if kind_of(node) == kind]
    if len(found) != 1:
        raise UnsupportedError(
            f"node `{name}` is a graph with {len(found)} nodes {kind}: an edge to it does not say which it means. "
            "Put its nodes into the graph around it"
        )
    return f"{name}.{found[0]}"


def _without(name: str, edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the edges past a node that passes on what it gets."""
    before = [a for a, b in edges if b == name and a != name]
    after = [b for a, b in edges if a == name and b != name]
    kept = [edge for edge in edges if name not in edge]
    return kept + [(a, b) for a in before for b in after]


def _sources(name: str, nodes: Mapping[str, Any], edges: list[tuple[str, str]]) -> tuple[str, ...]:
    """Return the computing nodes that feed a node, through nodes that pass on what they get."""
    found, seen, ahead = [], set(), [name]
    while ahead:
        here = ahead.pop(0)
        for before in dict.fromkeys(a for a, b in edges if b == here and a not in seen):
            seen.add(before)
            passes = kind_of(nodes[before]) in IDENTITIES
            (ahead if passes else found).append(before)
    return tuple(found)


def size(shape: Shape) -> int:
    """Return the number of values of a shape."""
    return prod(shape)


def ranks_of(shape: Shape) -> np.ndarray:
    """Return for each neuron its place in NIR's order, in which channels come first; in populations they come last.

    Example:
        >>> ranks_of((2, 1, 3)).tolist()
        [0, 3, 1, 4, 2, 5]
    """
    places = np.arange(prod(shape)).reshape(shape)
    return (np.moveaxis(places, 0, -1) if len(shape) > 1 else places).ravel()


def geometry_of(shape: Shape) -> Shape:
    """Return the geometry of a population: channels last.

    Example:
        >>> geometry_of((2, 28, 28)), geometry_of((10,)), geometry_of(())
        ((28, 28, 2), (10,), (1,))
    """
    return (*shape[1:], shape[0]) if shape else (1,)
