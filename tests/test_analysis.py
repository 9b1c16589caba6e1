"""Spike-train statistics: worked numbers, analytic values, and loops that say the same more slowly."""

import subprocess
import sys
from itertools import chain, pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from jaxsnn import analysis
from jaxsnn.errors import ArgumentError

WORKED = {0: [3, 10, 20], 1: [5, 6], 2: []}  # of ANNarchy 4.8.2, dt = 0.5 ms
SILENT = {0: [], 7: []}

trains = st.lists(st.integers(0, 60), unique=True, max_size=8).map(sorted)
spike_dicts = st.dictionaries(st.integers(0, 20), trains, min_size=1, max_size=4)
windows = st.tuples(st.integers(-5, 70), st.integers(0, 40)).map(lambda w: (w[0], w[0] + w[1]))
steps_ms = st.sampled_from([0.1, 0.5, 1.0])
filters = st.sampled_from([0.0, 0.05, 0.15, 1.5, 20.0])


def filtered(values, dt, smooth):
    """The recursion, one value at a time."""
    out = list(values)
    for i in range(1, len(out)):
        if smooth > dt:
            out[i] = out[i - 1] + (out[i] - out[i - 1]) * dt / smooth
    return out


def every_step(spikes):
    return list(chain.from_iterable(spikes.values()))


# Worked numbers and analytic values


def test_the_worked_example_of_annarchy():
    """Oracle: what ANNarchy 4.8.2 returns for these spikes at dt = 0.5."""
    np.testing.assert_allclose(analysis.inter_spike_interval(WORKED, dt=0.5), [3.5, 5.0, 0.5])
    np.testing.assert_allclose(analysis.coefficient_of_variation(WORKED, dt=0.5), [0.17647], atol=5e-6)
    assert analysis.mean_fr(WORKED, dt=0.5) == pytest.approx(196.08, abs=5e-3)
    assert analysis.mean_fr(WORKED, duration=40 * 0.5, dt=0.5) == pytest.approx(83.33, abs=5e-3)
    np.testing.assert_array_equal(analysis.histogram(WORKED, bins=2.0, dt=0.5), [3, 1, 0, 0, 1])
    times, ranks = analysis.raster_plot(WORKED, dt=0.5)
    np.testing.assert_array_equal(times, [1.5, 5.0, 10.0, 2.5, 3.0])
    np.testing.assert_array_equal(ranks, [0, 0, 0, 1, 1])


def test_a_regular_neuron():
    """Oracle: a spike every 4 ms is 250 Hz, all intervals are 4 ms, none differs from another."""
    spikes = {3: list(range(0, 400, 8))}
    assert analysis.mean_fr(spikes, dt=0.5) == pytest.approx(250.0 * 50 / 49)
    assert analysis.mean_fr(spikes, duration=200.0, dt=0.5) == 250.0
    np.testing.assert_array_equal(analysis.inter_spike_interval(spikes, dt=0.5), np.full(49, 4.0))
    np.testing.assert_array_equal(analysis.coefficient_of_variation(spikes), [0.0])
    np.testing.assert_array_equal(analysis.smoothed_rate(spikes, dt=0.5)[0], [250.0] * 392 + [0.0])


def test_an_irregular_neuron():
    """Oracle: steps that fire with probability p have geometric intervals, of variation sqrt(1 - p)."""
    p, dt = 0.02, 0.1
    spikes = {0: np.flatnonzero(np.random.default_rng(0).random(1_000_000) < p)}
    assert analysis.coefficient_of_variation(spikes)[0] == pytest.approx(np.sqrt(1 - p), rel=0.03)
    assert analysis.inter_spike_interval(spikes, dt=dt).mean() == pytest.approx(dt / p, rel=0.03)
    assert analysis.population_rate(spikes, dt=dt).mean() == pytest.approx(1000 * p / dt, rel=0.03)


def test_the_filter_decays_exponentially():
    """Oracle: after one spike at its start, a rate is (1 - dt/smooth)**t of its first value."""
    rate = analysis.population_rate({0: [5]}, smooth=10.0, dt=0.5, start=5, stop=105)
    np.testing.assert_allclose(rate, 2000.0 * (1 - 0.05) ** np.arange(100))


def test_rates_count_silent_neurons():
    """Oracle: the same spikes among twice the neurons are half the rate."""
    alone, among = {0: [3, 5], 1: [3]}, {0: [3, 5], 1: [3], 2: [], 3: []}
    np.testing.assert_array_equal(analysis.population_rate(among), analysis.population_rate(alone) / 2)
    assert analysis.mean_fr(among) == analysis.mean_fr(alone) / 2


def test_smoothed_rate_is_indexed_from_its_start():
    """Oracle: by hand. Moving the spikes and the window by 1000 steps changes nothing."""
    near, far = {0: [0, 2], 1: [1, 5]}, {0: [1000, 1002], 1: [1001, 1005]}
    expected = [[500.0, 500.0, 0.0, 0.0, 0.0, 0.0], [0.0, 250.0, 250.0, 250.0, 250.0, 0.0]]
    np.testing.assert_array_equal(analysis.smoothed_rate(near), expected)
    np.testing.assert_array_equal(analysis.smoothed_rate(far), expected)
    np.testing.assert_array_equal(analysis.smoothed_rate(far, start=1001, stop=1003), [[500.0, 0.0], [250.0, 250.0]])


@pytest.mark.parametrize(("bins", "dt", "steps"), [(0.3, 0.1, 3), (0.7, 0.1, 7), (1.2, 0.5, 2), (None, 0.1, 1)])
def test_bins_hold_whole_steps(bins, dt, steps):
    """Oracle: multiples of dt survive rounding (0.3 / 0.1 is 3), fractions are cut off."""
    counts = analysis.histogram({0: list(range(42))}, bins=bins, dt=dt)
    np.testing.assert_array_equal(counts, np.full(42 // steps, steps))


def test_a_window_of_the_histogram_counts_both_its_ends():
    """Oracle: by hand; spikes outside are left out, also where the last bin reaches beyond the window."""
    spikes = {0: [0, 4, 9, 10, 11], 1: [10, 30]}
    np.testing.assert_array_equal(analysis.histogram(spikes, bins=4.0, recording_window=(4, 10)), [1, 3])
    apart = analysis.histogram(spikes, bins=4.0, recording_window=(4, 10), per_neuron=True)
    np.testing.assert_array_equal(apart[0], [1, 2])
    np.testing.assert_array_equal(apart[1], [0, 1])


# Slow loops


@given(spike_dicts, st.integers(1, 9), windows, steps_ms)
def test_histogram_is_the_loop_over_spikes(spikes, per_bin, window, dt):
    """Oracle: one spike after the other falls into the bin int((t - start) / width)."""
    first, last = window
    expected = {rank: [0] * (int((last - first) / per_bin) + 1) for rank in spikes}
    for rank, train in spikes.items():
        for step in train:
            if first <= step <= last:
                expected[rank][int((step - first) / per_bin)] += 1
    apart = analysis.histogram(spikes, per_bin * dt, per_neuron=True, recording_window=window, dt=dt)
    assert {rank: counts.tolist() for rank, counts in apart.items()} == expected
    together = analysis.histogram(spikes, per_bin * dt, recording_window=window, dt=dt)
    np.testing.assert_array_equal(together, np.sum(list(expected.values()), axis=0))


@given(spike_dicts)
def test_a_histogram_without_window_holds_every_spike(spikes):
    """Oracle: the number of spikes, and int(span / width) + 1 bins from the first to the last."""
    counts, steps = analysis.histogram(spikes, bins=3.0), every_step(spikes)
    assert counts.sum() == len(steps)
    assert len(counts) == (int((max(steps) - min(steps)) / 3) + 1 if steps else 0)


@given(spike_dicts, steps_ms)
def test_intervals_are_the_loop_over_neurons(spikes, dt):
    """Oracle: differences and NumPy's own deviation and mean, neuron by neuron."""
    gaps = {rank: np.diff(train) * dt for rank, train in spikes.items() if len(train) >= 2}
    apart = analysis.inter_spike_interval(spikes, per_neuron=True, dt=dt)
    assert list(apart) == list(gaps)
    for rank, expected in gaps.items():
        np.testing.assert_array_equal(apart[rank], expected)
    np.testing.assert_array_equal(analysis.inter_spike_interval(spikes, dt=dt), np.concatenate([[], *gaps.values()]))
    variations = {rank: np.std(g) / np.mean(g) for rank, g in gaps.items() if len(g) >= 2}
    assert analysis.coefficient_of_variation(spikes, per_neuron=True, dt=dt) == pytest.approx(variations)
    np.testing.assert_allclose(analysis.coefficient_of_variation(spikes), list(variations.values()), atol=1e-12)


@given(spike_dicts, filters, steps_ms, windows)
def test_population_rate_is_the_loop_over_steps(spikes, smooth, dt, window):
    """Oracle: count who fires in each step, then the recursion of the filter."""
    counts = [sum(step in train for train in spikes.values()) for step in range(*window)]
    expected = filtered([1000.0 * n / dt / len(spikes) for n in counts], dt, smooth)
    rate = analysis.population_rate(spikes, smooth, dt, *window)
    np.testing.assert_allclose(rate, expected, rtol=1e-9, atol=1e-9)


@given(spike_dicts, filters, steps_ms, windows)
def test_smoothed_rate_is_the_loop_over_steps(spikes, smooth, dt, window):
    """Oracle: in each step, one over the interval around it, then the recursion of the filter."""
    expected = []
    for train in spikes.values():
        pairs = list(pairwise(train))
        raw = [sum(1000.0 / dt / (b - a) for a, b in pairs if a <= step < b) for step in range(*window)]
        expected.append(filtered(raw, dt, smooth))
    rates = analysis.smoothed_rate(spikes, smooth, dt, *window)
    assert rates.shape == (len(spikes), window[1] - window[0])
    np.testing.assert_allclose(rates, expected, rtol=1e-9, atol=1e-9)


@given(spike_dicts.filter(lambda spikes: any(spikes.values())))
def test_rates_last_from_the_first_to_the_last_spike(spikes):
    """Oracle: the extremes of all steps; with either end given, the other stays."""
    steps = every_step(spikes)
    first, last = min(steps), max(steps)
    whole = analysis.population_rate(spikes)
    assert len(whole) == analysis.smoothed_rate(spikes).shape[1] == last - first + 1
    assert whole.sum() == pytest.approx(1000.0 * len(steps) / len(spikes))
    np.testing.assert_array_equal(analysis.population_rate(spikes, start=first - 2)[2:], whole)
    np.testing.assert_array_equal(analysis.population_rate(spikes, stop=last + 3)[:-2], whole)


@given(spike_dicts, steps_ms)
def test_a_dictionary_is_read_back_from_its_raster(spikes, dt):
    """Oracle: `spike_dict` of the raster's points is the dictionary again."""
    ordered = dict(sorted(spikes.items()))
    times, ranks = analysis.raster_plot(ordered, dt)
    assert analysis.spike_dict(np.round(times / dt).astype(int), ranks, list(ordered)) == ordered


# Selections, empty recordings, mistakes


@pytest.mark.parametrize("ranks", [[1, 0], (1, 0), np.array([1, 0])])
def test_ranks_select_in_their_own_order(ranks):
    """Oracle: by hand."""
    np.testing.assert_array_equal(analysis.inter_spike_interval(WORKED, ranks), [1.0, 7.0, 10.0])
    assert list(analysis.inter_spike_interval(WORKED, ranks, per_neuron=True)) == [1, 0]
    assert list(analysis.coefficient_of_variation(WORKED, ranks, per_neuron=True)) == [0]
    assert analysis.inter_spike_interval(WORKED, ranks=[]).shape == (0,)


@pytest.mark.parametrize("spikes", [SILENT, {}])
def test_no_spikes_are_no_error(spikes):
    """Oracle: the documented empty results; with a window, zeros in its shape."""
    assert analysis.mean_fr(spikes) == analysis.mean_fr(spikes, duration=10.0) == 0.0
    assert [x.shape for x in analysis.raster_plot(spikes)] == [(0,), (0,)]
    assert analysis.inter_spike_interval(spikes).shape == analysis.coefficient_of_variation(spikes).shape == (0,)
    assert analysis.inter_spike_interval(spikes, per_neuron=True) == {}
    assert analysis.coefficient_of_variation(spikes, per_neuron=True) == {}
    assert analysis.histogram(spikes).shape == analysis.population_rate(spikes, smooth=5.0).shape == (0,)
    assert analysis.smoothed_rate(spikes, smooth=5.0).shape == (len(spikes), 0)
    assert list(analysis.histogram(spikes, per_neuron=True)) == list(spikes)
    np.testing.assert_array_equal(analysis.histogram(spikes, 2.0, recording_window=(0, 4)), [0, 0, 0])
    np.testing.assert_array_equal(analysis.population_rate(spikes, 5.0, start=2, stop=5), [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(analysis.smoothed_rate(spikes, 5.0, start=2, stop=5), np.zeros((len(spikes), 3)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: analysis.raster_plot([[3, 10]]), "dictionary .* not a list"),
        (lambda: analysis.mean_fr({"spike": WORKED}), "sequence of steps"),
        (lambda: analysis.mean_fr({0: [0.5, 1.5]}), "whole numbers .*divided by dt"),
        (lambda: analysis.population_rate({0: [[1, 2]]}), "sequence of steps"),
        (
            lambda: analysis.inter_spike_interval(WORKED, dt=0.0),
            "`dt` is a finite number of ms greater than 0",
        ),
        (lambda: analysis.raster_plot(WORKED, dt=-1.0), "`dt` is"),
        (lambda: analysis.smoothed_rate(WORKED, dt=float("inf")), "`dt` is"),
        (lambda: analysis.mean_fr(WORKED, duration=0.0), "`duration` is a finite number of ms greater than 0"),
        (lambda: analysis.mean_fr({0: [3], 1: [3]}), "give the duration"),
        (lambda: analysis.histogram(WORKED, bins=0.4, dt=0.5), "at least one step of 0.5 ms, not 0.4"),
        (lambda: analysis.histogram(WORKED, recording_window=(5, 4)), r"\(first, last\).* not \(5, 4\)"),
        (lambda: analysis.histogram(WORKED, recording_window=(1, 2, 3)), r"\(first, last\)"),
        (lambda: analysis.population_rate(WORKED, start=5, stop=4), "`stop` = 4 stands before `start` = 5"),
        (lambda: analysis.smoothed_rate(WORKED, start=0.5), "`start` is a step, a whole number below 2.31, not 0.5"),
        (lambda: analysis.population_rate(WORKED, smooth=-1.0), "`smooth` is .* not -1.0"),
        (lambda: analysis.rate_of_steps(np.array([0]), 1, 1, smooth=float("nan")), "`smooth` is"),
        (lambda: analysis.inter_spike_interval(WORKED, ranks=[0, 9]), r"rank 9; recorded are \[0, 1, 2\]"),
        (lambda: analysis.coefficient_of_variation({4: [5, 9, 2]}), "neuron 4 do not increase"),
        (lambda: analysis.smoothed_rate({0: [1, 2], 4: [5, 5]}), "neuron 4 do not increase"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ArgumentError, match=message):
        call()


def test_rate_of_steps_leaves_out_what_is_beyond_the_recording():
    """Oracle: by hand."""
    rate = analysis.rate_of_steps(np.array([-1, 0, 3, 4]), n_neurons=1, n_steps=4)
    np.testing.assert_array_equal(rate, [1000.0, 0.0, 0.0, 1000.0])
    assert analysis.rate_of_steps(np.array([]), n_neurons=3, n_steps=0).shape == (0,)


def test_the_filter_is_loaded_on_use():
    """Oracle: a fresh process, in which importing the statistics leaves scipy's signal processing out."""
    code = "import sys, jaxsnn.analysis; sys.exit('scipy.signal' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
