"""The arrows of a diagram: from a box to another one, and from a box to itself."""

from dataclasses import dataclass
from typing import Any

from ._axes import Axes
from ._groups import COLORS
from ._places import Pair

SIGNS = {1: COLORS["exc"], -1: COLORS["inh"], 0: "tab:gray"}
HEADS = {
    1: "-|>,head_length=0.5,head_width=0.25",
    -1: "|-|,widthA=0,widthB=0.3",
    0: "->,head_length=0.4,head_width=0.2",
}
MEANING = {1: "excitatory", -1: "inhibitory", 0: "other"}
BENT, STRAIGHT = 0.16, 0.06
LABEL = 8.0  # points
LOOP, FURTHER = 34.0, 22.0  # points that control the first arrow from a box to itself, and each one more


@dataclass(frozen=True)
class Box:
    """A box, in points of the diagram.

    Args:
        centre: where it stands.
        size: width and height.
        outline: as matplotlib has drawn it.
    """

    centre: Pair
    size: Pair
    outline: Any


@dataclass(frozen=True)
class Look:
    """How an arrow looks.

    Args:
        sign: 1 for excitation, -1 for inhibition, 0 for neither.
        width: of its line, points of the diagram.
        label: what is written at it; "" for nothing.
        scale: points of the figure for one of the diagram.
    """

    sign: int
    width: float
    label: str
    scale: float

    def style(self) -> dict[str, Any]:
        """Return what matplotlib needs to draw it."""
        line = {"color": SIGNS[self.sign], "linewidth": self.width * self.scale, "alpha": 0.8, "zorder": 2}
        return {**line, "arrowstyle": HEADS[self.sign], "mutation_scale": (8.0 + 1.8 * self.width) * self.scale}


def bend_of(here: Box, there: Box, middle: Pair | None, is_mutual: bool) -> float:
    """Return how far an arrow bends to its right, as a part of its length.

    Args:
        here, there: where it begins and ends.
        middle: around which boxes stand, to which it bends; None where they do not.
        is_mutual: whether another one leads back, to whose other side it bends.
    """
    if is_mutual:
        return BENT
    if middle is None:
        return STRAIGHT
    (x0, y0), (x1, y1) = here.centre, there.centre
    is_left = (x1 - x0) * (middle[1] - y0) - (y1 - y0) * (middle[0] - x0) > 0
    return -BENT if is_left else BENT


def draw_link(axes: Axes, here: Box, there: Box, bend: float, look: Look) -> None:
    """Draw an arrow from a box to another one.

    Args:
        axes: where to draw.
        here, there: where it begins and ends.
        bend: how far it bends to its right, as a part of its length.
        look: of the arrow.
    """
    from matplotlib.patches import FancyArrowPatch

    style = {"connectionstyle": f"arc3,rad={bend}", "patchA": here.outline, "patchB": there.outline}
    shrunk = {"shrinkA": 0.0, "shrinkB": 3.0 * look.scale}
    axes.add_artist(FancyArrowPatch(here.centre, there.centre, **style, **shrunk, **look.style()))
    (x0, y0), (x1, y1) = here.centre, there.centre
    corner = (x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)  # of the curve that matplotlib draws
    at = [0.36 * a + 0.48 * c + 0.16 * b for a, c, b in zip(here.centre, corner, there.centre, strict=True)]
    _write(axes, at[0], at[1], look)  # 0.4 of the way


def away_from(box: Box, middle: Pair, is_round: bool) -> Pair:
    """Return the direction of the side of a box that looks away from the middle: (1, 0) for the right one.

    Where boxes stand in layers, arrows arrive at the left and leave at the right: there it is above or below.
    """
    across, up = box.centre[0] - middle[0], box.centre[1] - middle[1]
    if is_round and abs(across) > 2.0 * abs(up) and abs(across) > 1.0:
        return (1.0 if across > 0 else -1.0), 0.0
    return 0.0, (1.0 if up > -1.0 else -1.0)


def reach_of_loop(number: int) -> float:
    """Return how far an arrow from a box to itself, and its label, reach beyond the box."""
    return 0.75 * (LOOP + FURTHER * number) + 3.0 * LABEL


def draw_loop(axes: Axes, box: Box, away: Pair, number: int, look: Look) -> None:
    """Draw an arrow from a box to itself.

    Args:
        axes: where to draw.
        box: where it begins and ends.
        away: the direction of the side at which it stands.
        number: of such arrows that were drawn before.
        look: of the arrow.
    """
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    half = (box.size[0] if away[0] else box.size[1]) / 2
    far, gap, wide = LOOP + FURTHER * number, 5.0 + 4.0 * number, 14.0 + 8.0 * number
    aside = away[1], -away[0]

    def point(out: float, along: float) -> Pair:
        x, y = (box.centre[i] + (half + out) * away[i] + along * aside[i] for i in (0, 1))
        return x, y

    points = [point(0.0, -gap), point(far, -wide), point(far, wide), point(2.0, gap)]
    path = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_artist(FancyArrowPatch(path=path, **look.style()))
    _write(axes, *point(0.75 * far + (1.5 if away[0] else 1.0) * LABEL, 0.0), look)


def _write(axes: Axes, x: float, y: float, look: Look) -> None:
    if look.label:
        back = {"facecolor": axes.figure.get_facecolor(), "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
        place = {"ha": "center", "va": "center", "bbox": back, "zorder": 2.5, "parse_math": False}
        axes.text(x, y, look.label, fontsize=LABEL * look.scale, color=SIGNS[look.sign], **place)
