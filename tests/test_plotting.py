"""Pictures: what stands on the axes is the data, with units, and the given axes are used."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from jaxsnn import analysis, plotting
from jaxsnn.errors import ArgumentError

SPIKES = {0: [3, 10, 20], 1: [5, 6], 4: [20]}
EACH = {
    "raster": lambda **k: plotting.raster(*analysis.raster_plot(SPIKES), **k),
    "traces": lambda **k: plotting.traces(np.ones((5, 2)), **k),
    "bands": lambda **k: plotting.bands(np.ones((5, 30)), **k),
    "matrix": lambda **k: plotting.matrix(np.ones((2, 3)), **k),
    "rate": lambda **k: plotting.rate(analysis.population_rate(SPIKES), **k),
    "rate_map": lambda **k: plotting.rate_map(analysis.smoothed_rate(SPIKES), **k),
    "histogram": lambda **k: plotting.histogram(analysis.histogram(SPIKES), **k),
    "isi_histogram": lambda **k: plotting.isi_histogram(analysis.inter_spike_interval(SPIKES), **k),
    "history": lambda **k: plotting.history(np.array([1.0, 0.1]), **k),
    "heatmap": lambda **k: plotting.heatmap(np.ones((2, 3)), {"g": [1, 2], "w": [1, 2, 3]}, **k),
}
LABELS = {
    "raster": ("time (ms)", "neuron"),
    "traces": ("time (ms)", ""),
    "bands": ("time (ms)", ""),
    "matrix": ("pre-synaptic neuron", "post-synaptic neuron"),
    "rate": ("time (ms)", "rate (Hz)"),
    "rate_map": ("time (ms)", "neuron"),
    "histogram": ("time (ms)", "spikes in 1 ms"),
    "isi_histogram": ("inter-spike interval (ms)", "number of intervals"),
    "history": ("step", "loss"),
    "heatmap": ("w", "g"),
}


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.parametrize("name", EACH)
def test_given_axes_are_used_and_named(name):
    """Oracle: the axes that were given, and no other figure."""
    given = plt.figure().add_subplot()
    returned = EACH[name](axes=given)
    assert returned is given
    assert len(plt.get_fignums()) == 1
    assert (given.get_xlabel(), given.get_ylabel()) == LABELS[name]
    given.figure.canvas.draw()


@pytest.mark.parametrize("name", EACH)
def test_without_axes_a_figure_is_made(name):
    assert EACH[name]().figure.number in plt.get_fignums()


def test_raster_shows_each_spike():
    """Oracle: the spikes; neurons stand on whole numbers with half a neuron around, as in `rate_map`."""
    axes = plotting.raster(*analysis.raster_plot(SPIKES, dt=0.5), color="red")
    line = axes.lines[0]
    np.testing.assert_array_equal(line.get_xydata(), [[1.5, 0], [5, 0], [10, 0], [2.5, 1], [3, 1], [10, 4]])
    assert line.get_color() == "red"
    assert axes.get_ylim() == (-0.5, 4.5)
    assert axes.get_xlim() == (1.5, 10.0)
    assert all(tick == int(tick) for tick in axes.get_yticks())


def test_a_second_raster_widens_the_axes():
    """Oracle: both sets of ranks are within the limits."""
    axes = plotting.raster(np.array([1.0]), np.array([3]))
    plotting.raster(np.array([5.0, 6.0]), np.array([8, 9]), axes)
    assert axes.get_ylim() == (2.5, 9.5)
    assert axes.get_xlim() == (1.0, 6.0)


def test_traces_stand_at_the_ends_of_their_steps():
    """Oracle: sample k ends at (k + 1) dt, unless times are given."""
    values = np.arange(6.0).reshape(3, 2)
    axes = plotting.traces(values, dt=0.5)
    np.testing.assert_array_equal([line.get_ydata() for line in axes.lines], values.T)
    np.testing.assert_array_equal(axes.lines[1].get_xdata(), [0.5, 1.0, 1.5])
    every_five = plotting.traces(values, times=[5.0, 10.0, 15.0], linewidth=3.0).lines[0]
    np.testing.assert_array_equal(every_five.get_xdata(), [5.0, 10.0, 15.0])
    assert every_five.get_linewidth() == 3.0


def test_a_rate_starts_at_zero_and_at_its_start():
    """Oracle: step k of a rate stands where a raster has its spikes; higher rates on the same axes still fit."""
    axes = plotting.rate(np.array([5.0, 20.0]), dt=0.5, start=100.0)
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[100.0, 5.0], [100.5, 20.0]])
    assert axes.get_ylim()[0] == 0.0
    plotting.rate(np.array([5.0, 80.0]), dt=0.5, axes=axes, start=100.0)
    assert axes.get_ylim()[0] == 0.0
    assert axes.get_ylim()[1] > 80.0


def test_a_rate_map_has_a_row_for_each_neuron_and_a_scale():
    """Oracle: the matrix itself; it covers n_steps dt from its start, and half a neuron around each rank."""
    rates = analysis.smoothed_rate(SPIKES, dt=0.5)
    axes = plotting.rate_map(rates, dt=0.5, start=1.5, cmap="viridis")
    image = axes.images[0]
    np.testing.assert_array_equal(image.get_array(), rates)
    assert image.get_extent() == [1.5, 10.5, -0.5, 2.5]
    assert image.get_cmap().name == "viridis"
    assert image.colorbar.ax.get_ylabel() == "rate (Hz)"


def test_a_histogram_has_a_step_for_each_bin():
    """Oracle: the counts, between edges that are a bin apart from the start."""
    axes = plotting.histogram(np.array([3, 1, 2]), bins=2.5, start=10.0, color="red")
    counts, edges, _ = axes.patches[0].get_data()
    np.testing.assert_array_equal(counts, [3, 1, 2])
    np.testing.assert_array_equal(edges, [10.0, 12.5, 15.0, 17.5])
    assert axes.get_ylabel() == "spikes in 2.5 ms"


@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("bins", [1, 7, 50, np.int64(10)])
def test_bins_of_intervals_are_whole_steps(dt, bins):
    """Oracle: each of 137 lengths occurs once, so a full bin holds as many intervals as it is steps wide."""
    axes = plotting.isi_histogram(np.arange(3, 140) * dt, bins)
    counts, edges, _ = axes.patches[0].get_data()
    width = np.diff(edges) / dt
    np.testing.assert_allclose(width, np.round(width[0]), rtol=1e-6)
    np.testing.assert_array_equal(counts[:-1], np.round(width[:-1]))
    assert counts.sum() == 137
    assert len(counts) <= bins


def test_edges_of_intervals_can_be_given():
    """Oracle: NumPy's histogram."""
    intervals = analysis.inter_spike_interval(SPIKES)
    counts, edges, _ = plotting.isi_histogram(intervals, bins=[0.0, 5.0, 20.0]).patches[0].get_data()
    np.testing.assert_array_equal(counts, np.histogram(intervals, [0.0, 5.0, 20.0])[0])
    np.testing.assert_array_equal(edges, [0.0, 5.0, 20.0])


def test_history_is_logarithmic():
    """Oracle: the losses over steps 0, 1, 2."""
    axes = plotting.history([1.0, 0.1, 0.01])
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[0, 1.0], [1, 0.1], [2, 0.01]])
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize("name", ["raster", "rate", "histogram", "isi_histogram", "traces"])
def test_nothing_recorded_is_an_empty_picture(name):
    """Oracle: it draws without a warning."""
    empty = np.zeros(0)
    axes = getattr(plotting, name)(*([empty, empty] if name == "raster" else [empty]))
    axes.figure.canvas.draw()
    assert axes.get_xlabel()


def test_chosen_ticks_stay():
    """Oracle: the ticks that were set before."""
    axes = plt.figure().add_subplot()
    axes.set_yticks([0, 0.5])
    plotting.raster(np.array([1.0]), np.array([0]), axes)
    np.testing.assert_array_equal(axes.get_yticks(), [0, 0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.traces(np.ones(3), times=[1.0, 2.0]), r"`times` has the shape \(2,\), for 3 samples"),
        (lambda: plotting.rate(np.ones((2, 3))), "`rate_map`"),
        (lambda: plotting.rate(np.float64(3.0)), "one rate per step"),
        (lambda: plotting.rate_map(np.ones(3)), r"\(n_neurons, n_steps\)"),
        (lambda: plotting.rate_map(np.ones((0, 3))), "at least one"),
        (lambda: plotting.isi_histogram(np.ones(3), bins=0), "at least 1, not 0"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ArgumentError, match=message):
        call()


def test_groups_of_a_raster():
    """Oracle: excitation is blue and inhibition red, whatever the order; spikes of no group are left out."""
    times, ranks = np.arange(6.0), np.array([0, 1, 2, 3, 4, 9])
    groups = {"I": range(3, 5), "E": range(3), "others": [7]}
    axes = plotting.raster(times, ranks, groups=groups)
    drawn = {line.get_label(): (line.get_color(), line.get_ydata().tolist()) for line in axes.lines}
    assert drawn == {"I": ("tab:red", [3, 4]), "E": ("tab:blue", [0, 1, 2]), "others": ("black", [])}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(groups)


@pytest.mark.parametrize("groups", [[range(3)], {"E": 0.5}, {"E": [0.5, 1.5]}])
def test_groups_are_ranks_by_name(groups):
    with pytest.raises(ArgumentError, match="ranks"):
        plotting.raster(np.ones(2), np.ones(2, int), groups=groups)


def test_traces_with_units_and_a_legend():
    """Oracle: what was given."""
    axes = plotting.traces(np.ones((4, 2)), name="v", unit="mV", label=["cell 0", "cell 1"])
    assert axes.get_ylabel() == "v (mV)"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["cell 0", "cell 1"]


def test_heatmap_shows_each_number_at_its_values():
    """Oracle: the numbers; each cell is centred on its pair of values."""
    values = np.arange(6.0).reshape(2, 3)
    axes = plotting.heatmap(values, {"g": [4.0, 6.0], "w": [0.1, 0.2, 0.3]}, label="rate (Hz)")
    mesh = axes.collections[0]
    np.testing.assert_array_equal(np.asarray(mesh.get_array()).ravel(), values.ravel())
    np.testing.assert_allclose(mesh.get_coordinates()[0, :, 0], [0.05, 0.15, 0.25, 0.35])
    assert axes.figure.axes[-1].get_ylabel() == "rate (Hz)"


@pytest.mark.parametrize(
    ("values", "grid", "message"),
    [
        (np.ones((2, 3)), {"g": [1, 2]}, "two parameters by name"),
        (np.ones((3, 2)), {"g": [1, 2], "w": [1, 2, 3]}, r"\(2, 3\), not the shape \(3, 2\)"),
    ],
)
def test_heatmap_needs_a_grid_of_two(values, grid, message):
    with pytest.raises(ArgumentError, match=message):
        plotting.heatmap(values, grid)
