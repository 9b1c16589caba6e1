"""Where the boxes of a diagram stand: on an ellipse, or in the layers that Graphviz finds. Lengths are in points."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from shutil import which

from ..errors import MissingPackageError

Pair = tuple[float, float]  # across and up
LAYOUTS = ("circle", "dot")
POINTS = 72.0  # in an inch
LAYERED = 2  # links for each box, up to which layers are clearer than a circle
LARGEST = (1000.0, 700.0)  # of layers, beyond which a circle is clearer


@dataclass(frozen=True)
class Places:
    """Where boxes stand.

    Args:
        centres: of the boxes.
        size: width and height of the whole.
        is_round: whether they surround an empty middle.
    """

    centres: Sequence[Pair]
    size: Pair
    is_round: bool


def places(boxes: Sequence[Pair], links: Sequence[tuple[int, int]], margin: float, layout: str | None) -> Places:
    """Return where boxes stand.

    Args:
        boxes: width and height of each.
        links: pairs of boxes that an arrow joins.
        margin: around all of them.
        layout: `circle`, `dot`, or None to choose.

    Raises:
        MissingPackageError: `dot` was asked for, but Graphviz is not installed.
    """
    pairs = sorted({(a, b) for a, b in links if a != b})
    may_be_layered = layout == "dot" or (layout is None and 0 < len(pairs) <= LAYERED * len(boxes) and _has_dot())
    if may_be_layered:
        layers = _within(_in_layers(boxes, pairs), boxes, margin, is_round=False)
        if layout == "dot" or (layers.size[0] <= LARGEST[0] and layers.size[1] <= LARGEST[1]):
            return layers
    return _within(_on_ellipse(boxes), boxes, margin, is_round=True)


def _within(found: Sequence[Pair], boxes: Sequence[Pair], margin: float, is_round: bool) -> Places:
    """Return places that are moved to begin at the margin."""
    ends = [(x - w / 2, x + w / 2, y - h / 2, y + h / 2) for (x, y), (w, h) in zip(found, boxes, strict=True)]
    lefts, rights, lows, highs = zip(*ends, strict=True)
    left, low = min(lefts), min(lows)
    size = max(rights) - left + 2 * margin, max(highs) - low + 2 * margin
    moved = [(x - left + margin, y - low + margin) for x, y in found]
    return Places(moved, size, is_round)


def _on_ellipse(boxes: Sequence[Pair]) -> list[Pair]:
    """Return places on an ellipse, clockwise from the left, with room between neighbours."""
    number = len(boxes)
    width, height = (max(box[axis] for box in boxes) for axis in (0, 1))
    if number <= 2:
        return [(i * (width + 110.0), 0.0) for i in range(number)]
    across = max(3.5 * width, 0.15 * number * (width + 10.0))
    up = max(4.0 * height, number * (height + 50.0) / (2 * pi))
    angles = (pi - 2 * pi * i / number for i in range(number))
    return [(across * cos(a), up * sin(a)) for a in angles]


def _has_dot() -> bool:
    try:
        import graphviz  # noqa: F401 - only to know whether it is there
    except ImportError:
        return False
    return which("dot") is not None


def _in_layers(boxes: Sequence[Pair], pairs: Sequence[tuple[int, int]]) -> list[Pair]:
    """Return places in layers from left to right, as the program `dot` of Graphviz finds them."""
    if not _has_dot():
        message = "the layout `dot` needs the program `dot` of Graphviz, and its package: pip install 'jaxsnn[diagram]'"
        raise MissingPackageError(message)
    import graphviz

    graph = graphviz.Digraph(graph_attr={"rankdir": "LR", "nodesep": "0.7", "ranksep": "0.9"})
    for i, (width, height) in enumerate(boxes):
        size = {"width": f"{width / POINTS}", "height": f"{height / POINTS}"}
        graph.node(f"{i}", label="", shape="box", fixedsize="true", **size)
    for before, after in pairs:
        graph.edge(f"{before}", f"{after}")
    lines = [line.split() for line in graph.pipe("plain", encoding="utf-8").splitlines()]
    found = {words[1]: (float(words[2]) * POINTS, float(words[3]) * POINTS) for words in lines if words[0] == "node"}
    return [found[f"{i}"] for i in range(len(boxes))]
