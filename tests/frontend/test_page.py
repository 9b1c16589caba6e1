"""The acceptance page of ANNarchy 4.8.2, as it stands but for its import line."""

import re
import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn
from tests.conftest import acceptance

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

PAGE = Path(__file__).with_name("acceptance_page.py")


@pytest.fixture(scope="module")
def page(request):
    """Run the page once; return its globals and the figure that it would have shown."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
        np.random.seed(0)
        values = runpy.run_path(str(PAGE))
    yield values, shown[0]
    plt.close("all")


def test_printed_lines(capsys):
    """Oracle: what ANNarchy 4.8.2 prints, up to the seconds."""
    runpy_globals = {}
    text = PAGE.read_text().partition("t1, n1 =")[0].replace("1000.)", "5.)")
    exec(compile(text, str(PAGE), "exec"), runpy_globals)
    out = capsys.readouterr().out
    assert re.fullmatch(
        r"Compiling \.\.\.  OK \n"
        r"Running 8 networks sequentially took: \d+\.\d+ \n"
        r"Running 8 networks in parallel took: \d+\.\d+ \n",
        out,
    )


def test_counts_are_annarchys(page):
    """Oracle: spike counts of ANNarchy 4.8.2 over 1000 ms, 8876 to 9903 in 24 runs, mean near 9350, spread near 200."""
    counts = np.array([len(times) for times, _ in page[0]["vals"]])
    assert ((counts > 8500) & (counts < 10_200)).all()
    assert 9100 < counts.mean() < 9700
    assert 50 < counts.std() < 400


def test_rasters_are_ordinary_arrays(page):
    times, ranks = page[0]["vals"][0]
    assert isinstance(times, np.ndarray) and isinstance(ranks, np.ndarray) and times.shape == ranks.shape
    assert times.min() >= 0 and times.max() < 1000 and set(np.unique(ranks)) <= set(range(1000))
    assert (np.diff(ranks) >= 0).all()


def test_alternating_bands(page):
    """Oracle: the published description, rhythms in the alpha (8-12 Hz) and gamma (30-80 Hz) bands.

    The spectrum of the population's spike count, averaged over eight networks, holds most of its power below 100 Hz
    there, against the flat spectrum of a Poisson process of the same rate.
    """
    counts = np.stack([np.histogram(t, bins=1000, range=(0, 1000))[0] for t, _ in page[0]["vals"]])
    power = (np.abs(np.fft.rfft(counts - counts.mean(1, keepdims=True))) ** 2).mean(0)
    flat = counts.mean() * 1000
    assert power[5:15].mean() > 10 * flat
    assert power[30:81].max() > 5 * flat


def test_figure(page):
    lines = [axes.lines[0] for axes in page[1].axes]
    assert [len(line.get_xdata()) for line in lines] == [len(page[0]["t1"]), len(page[0]["t2"])]


def test_three_surfaces_give_the_same_spikes():
    """Oracle: each other, bit for bit, for one seed."""
    net, _, monitor = acceptance(snn.Network(dt=1.0, seed=11), n=200)
    sim = net.compile()
    net.simulate(300.0)
    steps, ranks = (x.astype(int) for x in monitor.raster_plot())

    snn.setup(dt=1.0, seed=11)
    _, _, default_monitor = acceptance(snn.default_network(), n=200)
    snn.compile(silent=True)
    snn.simulate(300.0)
    default_steps, default_ranks = default_monitor.raster_plot()

    import jax

    records = sim.run(*sim.init(jax.random.key(11)), duration=300.0)[1]
    pure_ranks, pure_steps = np.nonzero(np.asarray(records["P"]["spike"]).T)
    assert len(steps) > 300
    for a, b in ((steps, default_steps), (ranks, default_ranks), (steps, pure_steps), (ranks, pure_ranks)):
        np.testing.assert_array_equal(a, b)
