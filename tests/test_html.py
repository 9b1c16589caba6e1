"""The HTML of notebooks: what is said stands in it, escaped, cut where it is long, without colours of its own."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.html import Picture, Table, Text, drawn, page, shown

from .html_reader import read

NASTY = "<b onload='x()'>&amp; \"$x$</b>"


def test_everything_is_escaped():
    """Oracle: what was given, read back by a parser: nothing of it became an element."""
    table = Table(NASTY, (NASTY,), [(NASTY,)], 1)
    found = read(page(NASTY, NASTY, {NASTY: NASTY}, table, Text(NASTY, NASTY)))
    assert found.title == (NASTY, NASTY)
    assert found.facts == {NASTY: NASTY}
    assert list(found.tables.values()) == [[(NASTY,)]]
    assert found.texts == {NASTY: NASTY}
    own = "div style b dl dt dd details summary span table thead tbody tr th td pre"
    assert found.tags == set(own.split())


def test_a_long_table_is_cut_and_its_other_rows_are_not_asked_for():
    """Oracle: the number of rows; a generator that fails after the twentieth."""

    def rows():
        for i in range(20):
            yield (str(i),)
        raise AssertionError("a row that is not shown was asked for")

    found = read(page("network", "", {}, Table("populations", ("name",), rows(), 57)))
    assert found.tables["populations"] == [(str(i),) for i in range(20)]
    assert found.notes == ["and 37 more"]


def test_long_texts_are_cut():
    found = read(page("network", "n" * 500, {"fact": "x" * 500}, Text("equations", "y" * 10_000)))
    assert found.title[1] == "n" * 200 + " ..."
    assert found.facts["fact"] == "x" * 200 + " ..."
    assert found.texts["equations"] == "y" * 4000 + " ..."


def test_what_is_empty_is_left_out():
    found = read(page("network", "", {"fact": ""}, Table("t", ("a",), [], 0), Text("equations", "\n")))
    assert (found.title, found.facts, found.tables, found.texts) == (("network",), {}, {}, {})


def test_a_notebook_typesets_no_dollar_signs():
    """Oracle: the classes at which MathJax, 2 and 3, stops."""
    assert 'class="jaxsnn-object mathjax_ignore tex2jax_ignore"' in page("population", "$x$", {})


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "drawn when the network starts"),
        (0.1, "0.1"),
        (np.float32(0.1), "0.1"),
        (np.array([2, 2, 2]), "2"),
        (np.array([0.25, 0.75]), "0.25 to 0.75, mean 0.5"),
        (np.array([1.0, np.nan]), "NaN 1 of 2 times"),
        (np.nan, "nan"),
        (np.array([True, False, True]), "True 2 of 3 times"),
        (True, "True"),
        (np.zeros(0), "none"),
        (snn.Uniform(0.0, 0.5), "Uniform(min=0, max=0.5)"),
        (snn.FanIn(2.0), "FanIn(gain=2, distribution=Normal(mu=0, sigma=1))"),
        ("text", "text"),
    ],
)
def test_values_as_texts(value, text):
    assert shown(value) == text


def test_a_picture_takes_the_colour_of_the_text_and_leaves_figures_alone():
    """Oracle: matplotlib's own figures and settings; black, which is no colour of the picture."""
    plt.close("all")
    before = dict(plt.rcParams)
    svg = drawn(lambda figure: figure.subplots().plot([0.0, 1.0], color="black"))
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before
    assert "#000000" not in svg
    assert "#ffffff" not in svg
    assert "<style" not in svg
    assert read(page("fit", "", {}, Picture("history", svg))).pictures == ["history"]
