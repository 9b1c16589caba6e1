"""Who is connected to whom: populations as boxes, projections as arrows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

from .. import arguments
from ..errors import ArgumentError
from ._arrows import MEANING, SIGNS, Box, Look, away_from, bend_of, draw_link, draw_loop, reach_of_loop
from ._axes import Axes, given_or_new
from ._places import LAYOUTS, POINTS, Pair, places

MOST_LABELS = 12  # arrows that are labelled with their target
LONGEST_NAME = 20
FONT = 10.0  # points
THIN, THICK = 0.9, 3.0  # points
LARGEST = 18.0  # inches of a figure; what takes more is drawn smaller
GROWN = 1.2  # how much larger than by itself a diagram is drawn, where there is room


class Arrow(NamedTuple):
    """An arrow of a diagram.

    Args:
        pre, post: names of boxes.
        label: what is written at it, such as the target.
        sign: 1 for excitation, -1 for inhibition, 0 for neither.
        synapses: how many there are, which decides its width; None where that is not known.
    """

    pre: str
    post: str
    label: str = ""
    sign: int = 1
    synapses: float | None = None


def diagram(
    sizes: Mapping[str, int], arrows: Iterable[Arrow | tuple] = (), axes: Any = None, layout: str | None = None
) -> Axes:
    """Draw populations as boxes and projections as arrows; `Network.diagram` does so for a network.

    An arrow of excitation is blue and ends in a point, one of inhibition is red and ends in a bar. A box has the colour
    of the arrows that begin there if all of them have one. The width of an arrow grows with the logarithm of its number
    of synapses. Up to 12 arrows are labelled.

    Args:
        sizes: number of neurons by name of the population.
        arrows: of the class `plotting.Arrow`, or tuples of the same: (pre, post, label, sign, synapses).
        axes: where to draw; None makes a figure, larger for more populations.
        layout: `circle`; `dot` for layers from left to right, by Graphviz; None takes the latter for few arrows where
            it is installed.

    Returns:
        The axes.

    Raises:
        ArgumentError: no populations, an arrow from or to something else, an unknown layout or sign.
        MissingPackageError: `dot` without Graphviz.

    Example:
        >>> arrows = [("E", "I", "exc", 1, 6400), ("I", "E", "inh", -1, 6400), ("E", "E", "exc", 1, 25600)]
        >>> axes = diagram({"E": 400, "I": 100}, arrows)
        >>> [text.get_text() for text in axes.texts][:2], len(axes.patches)
        (['E\\n400', 'I\\n100'], 5)
    """
    given = _checked(sizes, arrows, layout)
    rank = {name: i for i, name in enumerate(sizes)}
    labels = [f"{_cut(name)}\n{size:,}" for name, size in sizes.items()]
    measures = [_measure(label) for label in labels]
    loops = Counter(a.pre for a in given if a.pre == a.post)
    margin = reach_of_loop(max(loops.values(), default=1) - 1)
    found = places(measures, [(rank[a.pre], rank[a.post]) for a in given], margin, layout)
    axes = _axes(axes, found.size)
    scale = _fit(axes, found.size)
    colors = [_color(name, given) for name in sizes]
    described = zip(labels, colors, found.centres, measures, strict=True)
    boxes = dict(zip(sizes, (_draw_box(axes, *what, scale) for what in described), strict=True))
    _draw_arrows(axes, given, boxes, found.is_round, scale)
    return axes


def _checked(sizes: Mapping[str, int], arrows: Iterable[Any], layout: Any) -> list[Arrow]:
    if not isinstance(sizes, Mapping) or not sizes:
        raise ArgumentError(f"`sizes` has numbers of neurons by name, at least one, not {sizes!r}")
    if layout is not None:
        arguments.one_of(layout, "layout", LAYOUTS)
    return [_arrow(given, sizes) for given in arrows]


def _arrow(given: Any, sizes: Mapping[str, int]) -> Arrow:
    if not isinstance(given, tuple) or not 2 <= len(given) <= len(Arrow._fields):
        raise ArgumentError(f"an arrow is a tuple (pre, post, label, sign, synapses), not {given!r}")
    arrow = Arrow(*given)
    for name in (arrow.pre, arrow.post):
        if name not in sizes:
            raise ArgumentError(f"an arrow leads from or to {name!r}, but the boxes are {', '.join(map(str, sizes))}")
    if arrow.sign not in SIGNS:
        raise ArgumentError(f"the sign of an arrow is 1, -1 or 0, not {arrow.sign!r}")
    return arrow


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 2]} ..."


def _measure(label: str) -> Pair:
    """Return the width and height that a text takes with its margin."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    look = FontProperties(size=FONT)
    widths = [text_to_path.get_text_width_height_descent(line, look, ismath=False)[0] for line in label.split("\n")]
    return max(*widths, 2.0 * FONT) + 1.4 * FONT, 3.4 * FONT


def _color(name: str, arrows: Sequence[Arrow]) -> str:
    signs = {arrow.sign for arrow in arrows if arrow.pre == name}
    return SIGNS[signs.pop() if len(signs) == 1 else 0]


def _axes(axes: Any, whole: Pair) -> Axes:
    """Return axes without ticks; new ones fill a figure that is as large as the diagram."""
    if axes is None:
        import matplotlib.pyplot as plt

        width, height = (length / POINTS for length in whole)
        shrunk = min(1.0, LARGEST / width, LARGEST / height)
        axes = plt.figure(figsize=(width * shrunk, height * shrunk)).add_axes((0.0, 0.0, 1.0, 1.0))
    axes = given_or_new(axes)
    axes.set_axis_off()
    return axes


def _fit(axes: Axes, whole: Pair) -> float:
    """Let units of the axes be points of the diagram, in its middle; return how many points of the figure one is."""
    figure = axes.figure.canvas.figure
    figure.draw_without_rendering()  # so that its layout is made
    extent = axes.get_window_extent()
    room = [length * POINTS / figure.dpi for length in (extent.width, extent.height)]
    scale = max(0.05, min(GROWN, *(there / wanted for there, wanted in zip(room, whole, strict=True))))
    (left, right), (low, high) = (
        ((wanted - there / scale) / 2, (wanted + there / scale) / 2) for there, wanted in zip(room, whole, strict=True)
    )
    axes.set(xlim=(left, right), ylim=(low, high))
    return scale


def _draw_box(axes: Axes, label: str, color: str, centre: Pair, size: Pair, scale: float) -> Box:
    """Draw a box with a text in it; return where it is."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import FancyBboxPatch

    corner = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    back, front = to_rgb(axes.figure.get_facecolor()), to_rgb(color)
    mixed = [0.85 * b + 0.15 * f for b, f in zip(back, front, strict=True)]  # opaque: arrows pass behind
    look = {"facecolor": mixed, "edgecolor": color, "zorder": 3}
    outline = FancyBboxPatch(corner, *size, boxstyle=f"round,pad=0,rounding_size={FONT / 2}", **look)
    axes.add_artist(outline)
    look = {"ha": "center", "va": "center", "linespacing": 1.3, "zorder": 4, "parse_math": False}
    axes.text(*centre, label, fontsize=FONT * scale, **look)
    return Box(centre, size, outline)


def _draw_arrows(axes: Axes, arrows: Sequence[Arrow], boxes: Mapping[str, Box], is_round: bool, scale: float) -> None:
    """Draw all arrows, those between the same two boxes beside each other, and say what they mean."""
    joined, drawn = {(arrow.pre, arrow.post) for arrow in arrows}, Counter()
    middle = sum(axes.get_xlim()) / 2, sum(axes.get_ylim()) / 2
    for arrow, width in zip(arrows, _widths(arrows), strict=True):
        here, there, pair = boxes[arrow.pre], boxes[arrow.post], (arrow.pre, arrow.post)
        look = Look(arrow.sign, width, arrow.label if len(arrows) <= MOST_LABELS else "", scale)
        if here is there:
            draw_loop(axes, here, away_from(here, middle, is_round), drawn[pair], look)
        else:
            bend = bend_of(here, there, middle if is_round else None, (arrow.post, arrow.pre) in joined)
            draw_link(axes, here, there, bend * (1 + drawn[pair]), look)
        drawn[pair] += 1
    if len(arrows) > MOST_LABELS:
        _explain(axes, {arrow.sign for arrow in arrows}, scale)


def _widths(arrows: Sequence[Arrow]) -> list[float]:
    """Return the width of each line: from thin to thick by the logarithm of the numbers of synapses."""
    logs = [log(a.synapses) if a.synapses and a.synapses > 0 else None for a in arrows]
    known = [x for x in logs if x is not None]
    low, wide = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    middle = (THIN + THICK) / 3
    return [THIN if x is None else THIN + (THICK - THIN) * (x - low) / wide if wide else middle for x in logs]


def _explain(axes: Axes, signs: Iterable[int], scale: float) -> None:
    """Say what the colours mean, in one line below."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=SIGNS[sign], label=MEANING[sign]) for sign in sorted(signs, reverse=True)]
    place = {"loc": "lower right", "ncols": len(lines), "borderaxespad": 0.1}
    axes.legend(handles=lines, frameon=False, fontsize=8.0 * scale, **place)
