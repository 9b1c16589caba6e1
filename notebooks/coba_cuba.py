# %% [markdown]
# # Two benchmarks: synapses as currents, or as conductances
#
# 4000 integrate-and-fire cells, four fifths of them excitatory, are connected at random with a probability of 2 % and
# keep firing without any noise. In CUBA a spike adds to a current, in COBA to a conductance whose effect depends on
# the potential.
#
# Source: R. Brette et al., "Simulation of networks of spiking neurons: a review of tools and strategies", Journal of
# Computational Neuroscience 23, 2007, doi:10.1007/s10827-007-0038-6.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

PARAMETERS = """
    tau = 20.0 : population ; tau_exc = 5.0 : population ; tau_inh = 10.0 : population
    v_r = -60.0 : population ; v_t = -50.0 : population
"""
DECAY = "tau_exc * dg_exc/dt = -g_exc ; tau_inh * dg_inh/dt = -g_inh"
EVENTS = {"spike": "v > v_t", "reset": "v = v_r", "refractory": 5.0}
CUBA = snn.Neuron(PARAMETERS, f"tau * dv/dt = -49.0 - v + g_exc - g_inh ; {DECAY}", **EVENTS)
COBA = snn.Neuron(
    PARAMETERS, f"tau * dv/dt = -60.0 - v + g_exc * (0.0 - v) + g_inh * (-80.0 - v) + 20.0 ; {DECAY}", **EVENTS
)

# %% [markdown]
# Weights of CUBA are potentials (mV), those of COBA are conductances in units of the leak. Initial values are
# distributions, so every copy of a network draws its own.

# %%
start = {
    "CUBA": {"v": snn.Uniform(-60.0, -50.0)},
    "COBA": {"v": snn.Normal(-55.0, 5.0), "g_exc": snn.Normal(4.0, 1.5), "g_inh": snn.Normal(20.0, 12.0)},
}
weights = {"CUBA": (1.62, 9.0), "COBA": (0.6, 6.7)}
rasters, rates, intervals, variations, simulations = {}, {}, {}, {}, {}
for name, neuron in (("CUBA", CUBA), ("COBA", COBA)):
    net = snn.Network(dt=0.1, seed=1)
    cells = net.create(4000, neuron, name="cells")
    cells.set(start[name])
    net.connect(cells[:3200], cells, "exc", name="exc").fixed_probability(0.02, weights=weights[name][0])
    net.connect(cells[3200:], cells, "inh", name="inh").fixed_probability(0.02, weights=weights[name][1])
    monitor = net.monitor(cells, "spike")
    simulations[name] = net.compile()
    net.simulate(1000.0)
    spikes = monitor.get("spike")
    rasters[name] = monitor.raster_plot(spikes)
    rates[name] = len(rasters[name][0]) / 4000
    intervals[name] = np.array(monitor.inter_spike_interval(spikes))
    variations[name] = np.array(monitor.coefficient_of_variation(spikes))
    print(f"{name}: {rates[name]:.2f} Hz, CV of the intervals {variations[name].mean():.2f}")

# %% [markdown]
# CUBA fires slowly, with a CV of 0.5. COBA fires four times as fast, in bursts: most intervals are close to the
# refractory period, and the CV is above 1.
#
# ## Beyond one pair of weights
#
# Both weights of COBA, scaled by five factors each: 25 networks of 4000 cells in one call, each with its own
# connections. The measure is the rate from 100 to 200 ms.

# %%
factors = np.array([0.5, 0.75, 1.0, 1.25, 1.5])
w_exc, w_inh = (x.ravel() for x in np.meshgrid(0.6 * factors, 6.7 * factors, indexing="ij"))
active = snn.sweep(
    simulations["COBA"],
    {"exc.w": w_exc, "inh.w": w_inh},
    duration=200.0,
    measure=lambda records: records["cells"]["spike"][1000:].mean(),
)
map_of_rates = (active * 1e4).reshape(5, 5)
print(map_of_rates.round(1))

# %%
figure, panels = plt.subplots(2, 3, figsize=(12, 7))
for axes, (name, (times, ranks)) in zip(panels[:, 0], rasters.items(), strict=True):
    some = ranks % 8 == 0
    axes.plot(times[some], ranks[some], ".", color="black", markersize=0.8)
    axes.set(title=f"{name}: {rates[name]:.1f} Hz", xlabel="time (ms)", ylabel="every eighth cell", xlim=(0, 1000))
for axes, values, bins, label in (
    (panels[0, 1], intervals, np.geomspace(4.0, 1000.0, 50), "interval (ms)"),
    (panels[1, 1], variations, np.linspace(0.0, 3.5, 50), "CV of a cell's intervals"),
):
    for name, color in (("CUBA", "tab:blue"), ("COBA", "tab:red")):
        share = np.full(len(values[name]), 100.0 / len(values[name]))
        axes.hist(values[name], bins, weights=share, histtype="step", color=color, label=name)
    axes.set(xlabel=label, ylabel="share per bin (%)")
    axes.legend(loc="upper right")
panels[0, 1].set(xscale="log", title="Intervals")
panels[1, 1].set(title="Irregularity")
image = panels[0, 2].pcolormesh(factors, factors, map_of_rates.T, shading="nearest", cmap="viridis")
figure.colorbar(image, ax=panels[0, 2], label="rate (Hz)")
panels[0, 2].set(xlabel="excitation / 0.6", ylabel="inhibition / 6.7", title="COBA: 25 networks, one call")
for factor, row, color in zip(factors[::2], map_of_rates.T[::2], ("tab:red", "black", "tab:blue"), strict=True):
    panels[1, 2].plot(factors, row, "o-", color=color, markersize=4, label=f"inhibition x {factor:g}")
panels[1, 2].set(xlabel="excitation / 0.6", ylabel="rate (Hz)", title="The same as curves", ylim=(0, None))
panels[1, 2].legend(loc="upper left")
save(figure, "coba_cuba")
