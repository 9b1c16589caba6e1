"""Entries of the reference link to the pages and lessons whose Python uses them."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import jaxsnn

ROOT = Path(__file__).parents[1]
PUBLIC = {"STP", "Network", "Network.connect", "Network.create", "Population", "Population.sum", "PopulationView.sum"}
PUBLIC |= {"Projection.one_to_one", "losses.rate", "simulate", "extensions.bold.BoldMonitor", "Projection.size"}
RETURNS = {
    "Network": "Network",
    "Network.create": "Population",
    "Network.connect": "Projection",
    "Projection.one_to_one": "Projection",
    "Population.__getitem__": "PopulationView",
}


@pytest.fixture(scope="module")
def uses():
    """Return the extension that reads uses."""
    pytest.importorskip("griffe", reason="needs the extra `docs`")
    pytest.importorskip("mkdocs", reason="needs the extra `docs`")
    found = importlib.util.spec_from_file_location("uses", ROOT / "docs" / "reference" / "_uses.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import jaxsnn as snn\nsnn.STP()", {"STP"}),
        ("import jaxsnn\njaxsnn.losses.rate", {"losses.rate"}),
        ("import jaxsnn as snn\nsnn.losses", set()),
        ("import numpy as snn\nsnn.STP()", set()),
        ("from jaxsnn import STP as tired, losses\ntired, losses.rate", {"STP", "losses.rate"}),
        ("from jaxsnn import *\nsimulate(10.0)", {"simulate"}),
        ("from jaxsnn import *\nsimulate = 10.0\nprint(simulate)", set()),
        ("from jaxsnn.extensions.bold import BoldMonitor\nBoldMonitor()", {"extensions.bold.BoldMonitor"}),
        ("import jaxsnn.extensions.bold as bold\nbold.BoldMonitor()", {"extensions.bold.BoldMonitor"}),
        ("net.connect(1)", {"Network", "Network.connect"}),
        ("net = other()\nnet.connect(1)", set()),
        ("import jaxsnn as snn\nmine = snn.Network()\nmine.create()", {"Network", "Network.create"}),
        ("P = net.create()\nP.sum()", {"Network", "Network.create", "Population", "Population.sum"}),
        ("P = net.create()\nP[:3].sum()", {"Network", "Network.create", "Population", "PopulationView.sum"}),
        (
            "C = net.connect().one_to_one()\nC.size",
            {"Network", "Network.connect", "Projection.one_to_one", "Projection.size"},
        ),
        ("values.sum()", set()),
        ("'net.connect'  # snn.STP", set()),
    ],
)
def test_names_are_those_that_the_code_uses(uses, code, expected):
    """Oracle: what Python would call, were the code run."""
    page = uses.Page("Page", "page.md", code)
    assert set(uses.uses_of(PUBLIC, RETURNS, [page])) == expected


def test_pages_are_listed_in_order(uses):
    """Oracle: the order of the pages that are given; at most six links, relative to a page of the reference."""
    among = [uses.Page(f"Page {k}", f"recipes/p{k}.md", "net.connect()" if k else "") for k in range(9)]
    found = uses.uses_of(PUBLIC, RETURNS, among)["Network.connect"]
    assert found == among[1:]
    assert uses.links_to(found[:2]) == "*Used in:* [Page 1](../recipes/p1.md) · [Page 2](../recipes/p2.md)"
    assert uses.links_to(found).count("](../") == 6


def test_pages_are_those_of_the_site(uses):
    """Oracle: the folders: a lesson each script, a page what `mkdocs.yml` names; helpers and references are none."""
    pages = {page.uri: page for page in uses.pages()}
    scripts = [p.stem for p in (ROOT / "notebooks").glob("*.py") if p.read_text().startswith("# %% [markdown]")]
    assert {f"lessons/{name}.md" for name in scripts} == {uri for uri in pages if uri.startswith("lessons/")}
    assert pages["getting-started.md"].title == "Getting started"
    assert not [uri for uri in pages if uri.startswith("reference/")]
    assert "class Classifier" in pages["lessons/digits.md"].code


@pytest.mark.slow
def test_the_reference_has_links(uses):
    """Oracle: the lesson and the recipe that say `snn.sweep` and `net.connect`; the text of the docstring is before."""
    import griffe

    files = (str(ROOT / "docs" / "reference" / f"{name}.py") for name in ("_reading", "_uses"))
    package = griffe.load("jaxsnn", search_paths=[str(ROOT)], extensions=griffe.load_extensions(*files))
    entries = package["sweep"].final_target, package["Network"].final_target["connect"]
    sweep, connect = (entry.docstring.value for entry in entries)
    for entry, owner in zip(entries, (jaxsnn.sweep, jaxsnn.Network.connect), strict=True):
        before, line = entry.docstring.value.rsplit("\n\n", 1)
        assert entry.docstring.parse("google")[-1].value == line  # shown as text, not read as the title of a section
        assert before.replace("Examples:", "Example:") == inspect.cleandoc(owner.__doc__)
        links = re.findall(r"\[[^]]+\]\(\.\./([a-z_/-]+\.md)\)", line)
        assert line.startswith("*Used in:* ") and 3 <= len(links) <= 6 == line.count("](")
    assert "[Getting started](../getting-started.md)" in sweep and "(../lessons/adex.md)" in sweep
    assert "[Start](../index.md)" in connect
    named = any(re.search(r"\btimeit\b", page.code) for page in uses.pages())
    assert ("*Used in:*" in package["timeit"].final_target.docstring.value) == named
