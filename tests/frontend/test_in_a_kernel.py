"""A notebook that runs in a Jupyter kernel: objects come out as HTML, progress as a widget, or as text without one."""

import pytest

from tests.html_reader import read

SHOWN = {
    "import jaxsnn as snn; net = snn.Network(seed=1); P = net.create(3, snn.Izhikevich, name='P'); net": "network",
    "P": "population",
    "P[:2]": "2 of 3 neurons of population",
    "Q = net.connect(P, P, target='exc', name='Q').all_to_all(weights=0.1); Q": "projection",
    "M = net.monitor(P, 'v'); net.compile()": "simulation",
    "net.simulate(20.0, progress_bar=True); M": "monitor",
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("has_widgets", [True, False])
def test_objects_and_progress_in_a_kernel(has_widgets):
    """Oracle: the kinds of the objects; the kind of output that Jupyter has for a widget."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    if has_widgets:
        pytest.importorskip("ipywidgets")
    first = "import sys" if has_widgets else "import sys; sys.modules['ipywidgets'] = None"
    cells = [nbformat.v4.new_code_cell(code) for code in (first, *SHOWN)]
    ran = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120).execute()
    outputs = [cell.outputs for cell in ran.cells[1:]]
    last = [each[-1]["data"] for each in outputs]
    assert [read(data["text/html"]).title[0] for data in last] == list(SHOWN.values())
    assert all(data["text/plain"] for data in last)
    widgets = [out for out in outputs[-1] if "application/vnd.jupyter.widget-view+json" in out.get("data", {})]
    texts = [out["text"] for out in outputs[-1] if out["output_type"] == "stream"]
    assert len(widgets) == has_widgets
    assert any("simulating" in text for text in texts) != has_widgets
