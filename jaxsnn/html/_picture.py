"""Small pictures as SVG that takes the colour of the text around it."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

BLACK = dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), "black")
CLEAR = {"axes.facecolor": "none", "figure.facecolor": "none", "legend.facecolor": "none", "savefig.transparent": True}
LOOK: dict[Any, Any] = {**BLACK, **CLEAR, "svg.fonttype": "none", "font.size": 8.0, "savefig.bbox": None}
PIXELS = 160  # in an inch, of what is drawn as pixels
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def drawn(draw: Callable[[Any], Any], width: float = 6.0, height: float = 1.8) -> str:
    """Return what a function draws as an element `<svg>`. What is black takes the colour of the text around it.

    Args:
        draw: given a new figure of matplotlib, draws on it. No other figure changes, and none is shown.
        width, height: of the figure, inches.

    Example:
        >>> svg = drawn(lambda figure: figure.subplots().plot([0.0, 1.0], color="black"))
        >>> svg.startswith("<svg"), "currentColor" in svg, "#000000" in svg
        (True, True, False)
    """
    import matplotlib
    from matplotlib.figure import Figure

    written = StringIO()
    with matplotlib.rc_context(LOOK):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(written, format="svg", dpi=PIXELS, metadata=NO_METADATA)
    text = written.getvalue()
    own = re.sub(r"<style.*?</style>", "", text[text.index("<svg") :], flags=re.DOTALL)  # it would style the whole page
    return own.replace("#000000", "currentColor").strip()
