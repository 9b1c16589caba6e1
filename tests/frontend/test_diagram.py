"""Diagrams: a box for each population, an arrow for each projection, whose look says what it does."""

import re
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import plotting
from jaxsnn.errors import ArgumentError, MissingPackageError

BLUE, RED, GRAY = "tab:blue", "tab:red", "tab:gray"


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


def boxes(axes):
    """Return the outlines of boxes."""
    return [patch for patch in axes.patches if hasattr(patch, "get_boxstyle")]


def arrows(axes):
    """Return the arrows."""
    return [patch for patch in axes.patches if hasattr(patch, "get_arrowstyle")]


def extent(axes, artist):
    """Return left, right, bottom and top as they are drawn, in units of the axes."""
    box = artist.get_window_extent().transformed(axes.transData.inverted())
    return box.x0, box.x1, box.y0, box.y1


def colors(patches):
    return [plt.matplotlib.colors.to_hex(patch.get_edgecolor()) for patch in patches]


def hexes(*names):
    return [plt.matplotlib.colors.to_hex(name) for name in names]


def ring(number):
    """Return a network of so many populations, each of which sends to itself, to the next and to the third."""
    sizes = {f"area_{i}_layer_{'EI'[i % 2]}": 10 * (i + 1) for i in range(number)}
    names = list(sizes)
    pairs = sorted({(i, (i + k) % number) for i in range(number) for k in (0, 1, 3)})
    return sizes, [(names[i], names[j], "exc", 1 - 2 * (i % 2), 10.0 ** (i % 5)) for i, j in pairs]


@pytest.mark.parametrize("number", [1, 2, 8, 20])
@pytest.mark.parametrize("given", ["new", "small"])
def test_boxes_hold_their_texts_and_stand_apart(number, given):
    """Oracle: extents as matplotlib draws them: texts within boxes, boxes within the axes, no two over each other."""
    sizes, links = ring(number)
    axes = None if given == "new" else plt.subplots(figsize=(3.0, 2.0))[1]
    axes = plotting.diagram(sizes, links, axes, layout="circle")
    axes.figure.canvas.draw()
    outlines = [extent(axes, box) for box in boxes(axes)]
    assert len(outlines) == number
    assert len(arrows(axes)) == len(links)
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    for i, (left, right, low, high) in enumerate(outlines):
        assert x0 < left < right < x1
        assert y0 < low < high < y1
        text = extent(axes, axes.texts[i])
        assert left < text[0] < text[1] < right
        assert low < text[2] < text[3] < high
        for other in outlines[:i]:
            assert right < other[0] or other[1] < left or high < other[2] or other[3] < low


def test_arrows_to_itself_stay_within_the_axes():
    """Oracle: extents as matplotlib draws them, of three arrows from a box to itself and their labels."""
    axes = plotting.diagram({"E": 10}, [("E", "E", name) for name in ("ampa", "nmda", "gap")])
    axes.figure.canvas.draw()
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    for artist in (*arrows(axes), *axes.texts):
        left, right, low, high = extent(axes, artist)
        assert x0 < left < right < x1
        assert y0 < low < high < y1


def test_colours_heads_and_widths():
    """Oracle: what was given: signs decide colours and heads, numbers of synapses the order of widths."""
    links = [("E", "I", "exc", 1, 10), ("I", "E", "inh", -1, 1000), ("E", "E", "exc", 1, 100), ("X", "E", "gap", 0)]
    axes = plotting.diagram({"E": 1000, "I": 2, "X": 3, "rest": 4}, links)
    assert [text.get_text() for text in axes.texts] == [
        "E\n1,000",
        "I\n2",
        "X\n3",
        "rest\n4",
        "exc",
        "inh",
        "exc",
        "gap",
    ]
    assert colors(boxes(axes)) == hexes(BLUE, RED, GRAY, GRAY)
    drawn = arrows(axes)
    assert colors(drawn) == hexes(BLUE, RED, BLUE, GRAY)
    kinds = [type(patch.get_arrowstyle()).__name__ for patch in drawn]
    assert kinds == ["CurveFilledB", "BarAB", "CurveFilledB", "CurveB"]
    thin, thick, middle, unknown = (patch.get_linewidth() for patch in drawn)
    assert unknown == thin < middle < thick


def test_a_name_with_signs_of_formulas_is_drawn_as_it_is():
    axes = plotting.diagram({"$x_$": 1, "n" * 30: 2}, [("$x_$", "$x_$", "$y_")])
    axes.figure.canvas.draw()
    assert [text.get_text() for text in axes.texts] == ["$x_$\n1", "n" * 18 + " ...\n2", "$y_"]


def test_many_arrows_have_a_legend_in_the_place_of_labels():
    axes = plotting.diagram(*ring(8))
    assert len(axes.texts) == 8
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["excitatory", "inhibitory"]


def test_given_axes_are_used():
    """Oracle: the axes that were given, and no other figure."""
    given = plt.figure().add_subplot()
    assert plotting.diagram({"E": 1}, axes=given) is given
    assert len(plt.get_fignums()) == 1


def test_layers_run_from_left_to_right():
    """Oracle: a chain, whose order is that of the places."""
    pytest.importorskip("graphviz")
    if plotting._places._has_dot() is False:
        pytest.skip("the program dot is not installed")
    axes = plotting.diagram({"c": 1, "a": 2, "b": 3}, [("a", "b"), ("b", "c"), ("b", "b", "inh", -1)], layout="dot")
    axes.figure.canvas.draw()
    lefts = {text.get_text()[0]: extent(axes, text)[0] for text in axes.texts[:3]}
    assert lefts["a"] < lefts["b"] < lefts["c"]


def test_without_graphviz_there_is_a_circle_and_an_error_that_helps(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    assert len(boxes(plotting.diagram({"a": 1, "b": 2}, [("a", "b")]))) == 2
    with pytest.raises(MissingPackageError, match=re.escape("pip install 'jaxsnn[diagram]'")):
        plotting.diagram({"a": 1, "b": 2}, [("a", "b")], layout="dot")
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    "sizes, links, layout, message",
    [
        ({}, [], None, "`sizes` has numbers of neurons by name, at least one, not {}"),
        ([1], [], None, "`sizes` has numbers of neurons by name, at least one, not [1]"),
        ({"E": 1}, [("E", "X")], None, "an arrow leads from or to 'X', but the boxes are E"),
        ({"E": 1}, [("E",)], None, "an arrow is a tuple (pre, post, label, sign, synapses), not ('E',)"),
        ({"E": 1}, [("E", "E", "", 2)], None, "the sign of an arrow is 1, -1 or 0, not 2"),
        ({"E": 1}, [], "grid", "`layout`"),
    ],
)
def test_what_cannot_be_drawn_is_refused(sizes, links, layout, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        plotting.diagram(sizes, links, layout=layout)
    assert plt.get_fignums() == []


def test_a_network_draws_its_projections():
    """Oracle: the description: targets and declared weights decide signs; nothing is compiled."""
    net = snn.Network(seed=0)
    P = [net.create(10, snn.LeakyIntegrator, name=name) for name in "abcd"]
    net.connect(P[0], P[1], target="exc").all_to_all(weights=-0.1)
    net.connect(P[1], P[2], target="exc").all_to_all(weights=snn.Uniform(-1.0, -0.5))
    net.connect(P[2], P[3], target="exc").fixed_probability(0.5, weights=snn.Normal(-1.0, 0.1))
    net.connect(P[3], P[0], target="exc").from_matrix(np.full((10, 10), -1.0))
    net.connect(P[3], P[1], target="GABA_A").all_to_all(weights=0.1)
    net.connect(P[0], P[2], target="exc").all_to_all(weights=snn.LogNormal(-1.0, 0.1))
    net.connect(P[0], P[3], target="exc")
    axes = net.diagram()
    assert colors(arrows(axes)) == hexes(RED, RED, RED, RED, RED, BLUE, BLUE)
    assert colors(boxes(axes)) == hexes(GRAY, RED, RED, RED)
    assert not net.is_compiled


def test_an_empty_network_is_refused():
    with pytest.raises(ArgumentError, match="the network has no populations to draw: create one first"):
        snn.Network().diagram()


def test_the_default_network_has_a_diagram():
    """Oracle: that of the same network as an object."""
    P = snn.Population(4, snn.LeakyIntegrator, name="P")
    assert [text.get_text() for text in snn.diagram().texts] == ["P\n4"]
    assert P.name == "P"
