# %% [markdown]
# # Spike timing: the window, and what it does to a thousand synapses
#
# A synapse with spike-timing-dependent plasticity (STDP) grows when its spike comes before that of the cell, and
# shrinks when it comes after.
#
# Sources: G. Bi, M. Poo, "Synaptic modifications in cultured hippocampal neurons", Journal of Neuroscience 18, 1998;
# S. Song, K. D. Miller, L. F. Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic
# plasticity", Nature Neuroscience 3, 2000, doi:10.1038/78829.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

STDP = snn.Synapse(
    parameters="""
        tau_plus = 20.0 : projection ; tau_minus = 20.0 : projection
        A_plus = 0.01 : projection ; A_minus = 0.01 : projection ; w_max = 2.0 : projection
    """,
    equations="""
        tau_plus * dx/dt = -x  : event-driven
        tau_minus * dy/dt = -y : event-driven
    """,
    pre_spike="g_target += w ; x += A_plus * w_max ; w = clip(w + y, 0.0, w_max)",
    post_spike="y -= A_minus * w_max ; w = clip(w + x, 0.0, w_max)",
)

# %% [markdown]
# The window is measured by pairs of spikes. 101 sources spike once each, from 0 to 100 ms, and every one has a synapse
# to a cell of its own that spikes at 50 ms: all pairs in one run.

# %%
pairs = snn.Network(dt=1.0, seed=1)
before = pairs.create(snn.inputs.SpikeSourceArray([[float(t)] for t in range(101)]), name="before")
after = pairs.create(snn.inputs.SpikeSourceArray([[50.0]] * 101), name="after")
window = pairs.connect(before, after, "exc", STDP, name="window").one_to_one(weights=1.0)
pairs.compile()
pairs.simulate(105.0)
lag = 50.0 - np.arange(101)
change = np.array([window.dendrite(i).w[0] for i in range(101)]) - 1.0
expected = np.where(lag > 0, 0.02 * np.exp(-(lag - 1.0) / 20.0), -0.02 * np.exp(lag / 20.0))
print(f"largest distance from the two exponentials: {np.abs(change - expected).max():.1e}")

# %% [markdown]
# A thousand Poisson inputs of 15 Hz drive one cell. Depression is a little stronger than potentiation, so synapses
# compete.

# %%
W_MAX = 0.01
IF = snn.Neuron(
    parameters="""
        tau_m = 10.0 : population ; tau_e = 5.0 : population ; E_e = 0.0 : population
        E_l = -74.0 : population ; v_t = -54.0 : population ; v_r = -60.0 : population
    """,
    equations="""
        tau_m * dv/dt = E_l - v + g_exc * (E_e - v_r) : init = -60.0
        tau_e * dg_exc/dt = -g_exc
    """,
    spike="v > v_t",
    reset="v = v_r",
)
net = snn.Network(dt=1.0, seed=1)
inputs = net.create(snn.inputs.PoissonPopulation(1000, rates=15.0), name="inputs")
cell = net.create(1, IF, name="cell")
rule = snn.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.0105, w_max=W_MAX)
synapses = net.connect(inputs, cell, "exc", rule, name="synapses").all_to_all(snn.Uniform(0.0, W_MAX))
monitor, weights = net.monitor(cell, "spike", name="cell"), net.monitor(synapses, "w", period=1000.0)
sim = net.compile()
net.simulate(100_000.0)
steps = np.array(monitor.get("spike")[0])
w = np.array(synapses.w[0])
rate_over_time = np.histogram(steps, bins=100, range=(0, 100_000))[0]
rates = {"all": len(steps) / 100.0, "first": rate_over_time[:10].mean(), "last": rate_over_time[-10:].mean()}
print(f"output: {rates['first']:.0f} Hz in the first 10 s, {rates['last']:.0f} Hz in the last")
print(
    f"weights: mean {w.mean():.5f}, {np.mean(w < 0.2 * W_MAX):.0%} near 0, {np.mean(w > 0.8 * W_MAX):.0%} near the top"
)

# %% [markdown]
# ## Beyond one input rate: the cell keeps its own rate
#
# With fixed synapses the output would follow the input. STDP weakens the synapses when there is more of it. One call
# runs six input rates for 30 s; the rates of the first and of the last 10 s show what was learned. Ten Hz are too
# little to make the cell fire; above that its rate is nearly the same whatever the input.

# %%
input_rates = np.array([10.0, 15.0, 20.0, 25.0, 30.0, 35.0])
early, late = snn.sweep(
    sim,
    {"inputs.rates": input_rates},
    duration=30_000.0,
    measure=lambda records: records["cell"]["spike"].reshape(3, -1).mean(axis=1)[::2] * 1000.0,
).T
print(f"output: {early.round(0)} Hz at first, {late.round(0)} Hz after 20 s")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
axes = panels[0, 0]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(lag, 100 * change, ".", color="black", label="measured")
axes.plot(lag, 100 * expected, color="tab:red", linewidth=0.8, label="exponentials")
axes.set(xlabel="post - pre (ms)", ylabel="change of the weight (%)", title="Window of 101 pairs", ylim=(-2.2, 2.6))
axes.legend(loc="upper left")
axes = panels[0, 1]
axes.plot(np.arange(100) + 0.5, rate_over_time, color="black")
axes.set(xlabel="time (s)", ylabel="output rate (Hz)", title="The cell slows down while it learns", ylim=(0, None))
axes = panels[1, 0]
axes.hist(1000 * w, 40, range=(0, 10), color="gray")
axes.set(xlabel="weight (0.001)", ylabel="synapses", title="After 100 s synapses are weak or strong")
axes = panels[1, 1]
axes.plot(input_rates, early, "o--", color="tab:blue", markersize=4, label="first 10 s")
axes.plot(input_rates, late, "o-", color="black", markersize=4, label="from 20 to 30 s")
axes.set(xlabel="input rate (Hz)", ylabel="output rate (Hz)", title="Six input rates, one call", ylim=(0, None))
axes.legend(loc="upper left")
save(figure, "stdp")
