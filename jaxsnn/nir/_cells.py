"""The populations that a graph becomes, and what projects to each: a decision, before anything is created.

Neurons, inputs, scales, thresholds and delays become populations. A matrix becomes the projection into the population
behind it. Where it feeds several nodes, another matrix or an output, a population of its own takes what it gives, and
where it is fed by several nodes, one before it adds them up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ShapeError, UnsupportedError
from ._flat_graph import MATRICES, FlatGraph, Shape, kind_of, size
from ._shapes import shapes_of

SPIKING = ("LIF", "CubaLIF", "IF", "Threshold")


@dataclass(frozen=True, eq=False)
class Link:
    """What a population receives from another one.

    Args:
        name: of the projection, and of the input in the equations.
        pre: name of the population that sends.
        matrix: node with the weights; None for each neuron to its counterpart.
    """

    name: str
    pre: str
    matrix: Any = None

    @property
    def kind(self) -> str:
        """Kind of the matrix; "" where there is none."""
        return "" if self.matrix is None else kind_of(self.matrix)

    @property
    def bias(self) -> Any:
        """What is added to the input, None where there is nothing."""
        return getattr(self.matrix, "bias", None)


@dataclass(frozen=True, eq=False)
class Cell:
    """A population.

    Args:
        name: of the population.
        node: what it computes; None for the sum of its inputs.
        shape: in NIR's order of axes.
        links: what it receives.
        begins: steps after which a signal that nothing delays reaches it.
    """

    name: str
    node: Any
    shape: Shape
    links: list[Link] = field(default_factory=list)
    begins: int = 0

    @property
    def kind(self) -> str:
        """Kind of the node; `Sum` where there is none."""
        return "Sum" if self.node is None else kind_of(self.node)

    @property
    def spikes(self) -> bool:
        """Whether it sends spikes; else it sends its value at every step."""
        return self.kind in SPIKING


@dataclass(frozen=True, eq=False)
class Cells:
    """All populations in the order of the graph, and the names of those that are recorded, by output."""

    all: Mapping[str, Cell]
    outputs: Mapping[str, str]


def cells_of(flat: FlatGraph) -> Cells:
    """Return the populations of a graph.

    Raises:
        UnsupportedError: a matrix or a delay that nothing feeds. ShapeError: nodes that do not fit each other.
    """
    shapes = shapes_of(flat)
    names = _identifiers([*flat.nodes, *flat.outputs])
    taken = set(names.values())
    alone = {m for m in flat.nodes if _is_matrix(flat, m) and _lands_alone(flat, m)}
    cells = {
        name: Cell(_free(f"{names[name]}_out", taken) if name in alone else names[name], _own(flat, name), shapes[name])
        for name, node in flat.nodes.items()
        if not _is_matrix(flat, name) or name in alone
    }
    for name in [m for m in flat.nodes if _is_matrix(flat, m)]:
        _land(flat, cells, names, shapes, name, taken)
    for before, after in flat.edges:
        if before in cells and not _is_matrix(flat, after):
            link = _to_counterparts(cells[before], cells[after], taken)
            _check(before, after, size(shapes[before]), size(shapes[after]))
            cells[after].links.append(link)
    outputs = _outputs(flat, cells, names, shapes, taken)
    found = {cell.name: cell for cell in cells.values()}
    return Cells({name: replace(cell, begins=begins) for name, cell, begins in _in_time(found)}, outputs)


def _in_time(cells: Mapping[str, Cell]) -> Iterator[tuple[str, Cell, int]]:
    """Yield populations and the steps after which a signal that nothing delays reaches each.

    Each projection takes one, but that into a Delay, which has its own.
    """
    begins = {name: 0 for name, cell in cells.items() if cell.kind == "Input"}
    ahead = list(begins)
    while ahead:
        here = ahead.pop(0)
        for name, cell in cells.items():
            reached = begins[here] + (cell.kind != "Delay")
            if any(link.pre == here for link in cell.links) and reached < begins.get(name, len(cells)):
                begins[name] = reached
                ahead.append(name)
    yield from ((name, cell, begins.get(name, 0)) for name, cell in cells.items())


def _is_matrix(flat: FlatGraph, name: str) -> bool:
    return kind_of(flat.nodes[name]) in MATRICES


def _lands_alone(flat: FlatGraph, name: str) -> bool:
    """Tell whether what a matrix gives needs a population of its own."""
    after = flat.after(name)
    plain = len(after) == 1 and not _is_matrix(flat, after[0]) and kind_of(flat.nodes[after[0]]) != "Delay"
    return not plain or any(name in sources for sources in flat.outputs.values())


def _land(
    flat: FlatGraph,
    cells: dict[str, Cell],
    names: Mapping[str, str],
    shapes: Mapping[str, Shape],
    name: str,
    taken: set[str],
) -> None:
    """Add the projection that a matrix becomes."""
    node, before = flat.nodes[name], flat.before(name)
    if not before:
        raise UnsupportedError(f"node `{name}` is a {kind_of(node)} that nothing feeds: give it an edge from an Input")
    source, *others = before
    for b in before:
        _check(b, name, size(shapes[b]), _inputs(node, shapes[source]))
    if others:
        total = Cell(_free(f"{names[name]}_in", taken), None, shapes[source])
        total.links.extend(_to_counterparts(cells[b], total, taken) for b in before)
        source = f"{name}.in"
        cells[source] = total
    landing = name if name in cells else flat.after(name)[0]
    cells[landing].links.append(Link(names[name], cells[source].name, node))
    if landing != name:
        _check(name, landing, size(shapes[name]), size(shapes[landing]))


def _inputs(node: Any, given: Shape) -> int:
    """Return how many values a matrix reads."""
    return int(node.weight.shape[1]) if kind_of(node) in ("Affine", "Linear") else size(given)


def _check(before: str, after: str, gives: int, takes: int) -> None:
    if gives != takes:
        raise ShapeError(f"node `{before}` gives {gives} values, node `{after}` takes {takes}")


def _outputs(
    flat: FlatGraph,
    cells: dict[str, Cell],
    names: Mapping[str, str],
    shapes: Mapping[str, Shape],
    taken: set[str],
) -> dict[str, str]:
    """Return the population that each output shows; one that shows several nodes is a sum of its own."""
    found = {}
    for output, sources in flat.outputs.items():
        if not sources:
            raise UnsupportedError(f"nothing feeds the output `{output}`: give it an edge")
        first, *others = sources
        shown = cells[first]
        if others:
            shown = Cell(_free(f"{names[output]}_in", taken), None, shapes[first])
            shown.links.extend(_to_counterparts(cells[s], shown, taken) for s in sources)
            cells[output] = shown
        found[names[output]] = shown.name
    return found


def _own(flat: FlatGraph, name: str) -> Any:
    return None if _is_matrix(flat, name) else flat.nodes[name]


def _to_counterparts(pre: Cell, post: Cell, taken: set[str]) -> Link:
    return Link(_free(f"{pre.name}_{post.name}", taken), pre.name)


def _free(base: str, taken: set[str]) -> str:
    """Return a name that nothing else has, and take it."""
    made, number = base, 2
    while made in taken:
        made, number = f"{base}_{number}", number + 1
    taken.add(made)
    return made


def _identifiers(given: Iterable[str]) -> dict[str, str]:
    """Return for each name one that can stand in equations, each only once."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in given:
        letters = re.sub(r"\W", "_", name, flags=re.ASCII)
        names[name] = _free(f"node_{letters}" if not letters or letters[0].isdigit() else letters, taken)
    return names
