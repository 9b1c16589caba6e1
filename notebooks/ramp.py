# %% [markdown]
# # A cell that keeps its rate
#
# With spike-timing-dependent plasticity (STDP) a strong synapse makes its cell fire, and grows again because the cell
# has fired. All synapses end at their upper bound. Homeostasis breaks this circle: all weights of a cell are scaled
# down when it fires faster than a target, and up when it fires slower. What is left to STDP is who gets how much.
#
# Source: K. D. Carlson, M. Richert, N. Dutt, J. L. Krichmar, "Biologically plausible models of homeostasis and STDP:
# stability and learning in spiking neural networks", International Joint Conference on Neural Networks, 2013,
# doi:10.1109/IJCNN.2013.6706961.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

INPUTS, W_MAX = 100, 0.03
Izhikevich = snn.Neuron(
    parameters="""
        a = 0.02 : population ; b = 0.2 : population ; c = -65.0 : population ; d = 8.0 : population
        tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population ; E_rev = 0.0 : population
    """,
    equations="""
        I = (g_ampa + g_nmda * gate(v, -80.0, 60.0)) * (E_rev - v)
        dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = -65.0, midpoint
        du/dt = a * (b * v - u) : init = -13.0, midpoint
        tau_ampa * dg_ampa/dt = -g_ampa : exponential
        tau_nmda * dg_nmda/dt = -g_nmda : exponential
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d",
    functions="gate(v, centre, width) = ((v - centre) / width)^2 / (1.0 + ((v - centre) / width)^2)",
)

# %% [markdown]
# A spike opens two conductances at once, by the same weight: AMPA for some milliseconds, NMDA for 150, and the latter
# only at a depolarised cell. So a projection has two targets.
#
# Both rules keep a trace of the last spike on either side. In every step a weight grows by the one trace if the cell
# spiked last, and shrinks by the other if the input did. In the homeostatic rule, `R` is the rate of the cell in the
# last 5 s. `K` makes plasticity fast near the target and slow far from it.

# %%
PARAMETERS = f"""
    tau_plus = 20.0 : projection ; A_plus = 2.0e-4 : projection ; w_max = {W_MAX} : projection
    tau_minus = 60.0 : projection ; A_minus = 6.6e-5 : projection
"""
TRACES = """
    tau_plus * dltp/dt = -ltp : exponential
    tau_minus * dltd/dt = -ltd : exponential
    change = if t_post >= t_pre: ltp else: -ltd
"""
SPIKES = {"pre_spike": "g_target += w ; ltp = A_plus", "post_spike": "ltd = A_minus"}
Plain = snn.Synapse(PARAMETERS, TRACES + "w += change : min = 0.0, max = w_max", **SPIKES)
Homeostatic = snn.Synapse(
    PARAMETERS
    + """
    alpha = 0.1 : projection ; beta = 1.0 : projection ; gamma = 50.0 : projection
    R_target = 35.0 : projection ; window = 5000.0 : projection
    """,
    """
    R = post.r : postsynaptic
    K = R / (window * (1.0 + gamma * fabs(1.0 - R / R_target))) : postsynaptic
    """
    + TRACES
    + "w += K * (alpha * (1.0 - R / R_target) * w + beta * change) : min = 0.0, max = w_max",
    **SPIKES,
)

# %% [markdown]
# One cell has plain synapses, the other homeostatic ones. They share 100 Poisson inputs with rates from 0.2 to 20 Hz, a
# ramp. One call simulates 1000 s.

# %%
rates_of_inputs = np.linspace(0.2, 20.0, INPUTS)
net = snn.Network(dt=1.0, seed=1)
inputs = net.create(snn.inputs.PoissonPopulation(INPUTS, rates=rates_of_inputs), name="inputs")
cells, synapses, rates = {}, {}, {}
for name, rule in (("plain", Plain), ("homeostatic", Homeostatic)):
    cells[name] = net.create(1, Izhikevich, name=name)
    cells[name].compute_firing_rate(5000.0)
    synapses[name] = net.connect(inputs, cells[name], ["ampa", "nmda"], rule, name=f"to_{name}")
    synapses[name].all_to_all(snn.Uniform(0.01, 0.03))
    rates[name] = net.monitor(cells[name], "r", period=1000.0, name=name)
growing = net.monitor(synapses["homeostatic"], "w", period=5000.0)
sim = net.compile()
net.simulate(1_000_000.0)
r = {name: monitor.get("r")[:, 0] for name, monitor in rates.items()}
history = growing.get("w").reshape(-1, 4, INPUTS // 4).mean(axis=2)
w = {name: np.array(projection.w[0]) for name, projection in synapses.items()}
for name in cells:
    at_bound = np.mean(w[name] >= 0.029)
    print(f"{name}: {r[name].mean():.2f} Hz, late {r[name][-200:].mean():.2f} Hz; {at_bound:.0%} of weights at bound")
quarters = w["homeostatic"].reshape(4, -1).mean(axis=1)
print(f"homeostatic weights of the four quarters of the ramp: {quarters.round(4)}")

# %% [markdown]
# Without homeostasis nearly all weights are at their bound, and tell nothing of the inputs. With it the rate is that of
# the target, and weights follow the ramp: fast inputs have more often spiked just before the cell did.
#
# ## Beyond one target
#
# Is the target always reached? One call gives the homeostatic cell nine targets, of which each has 200 s. The most that
# these inputs can do is what they do in the plain cell, where all weights are at the bound.

# %%
targets = np.linspace(14.0, 70.0, 9)
found = snn.sweep(
    sim,
    {"to_homeostatic.R_target": targets},
    200_000.0,
    measure=lambda records: records["homeostatic"]["r"][-50:, 0].mean(),
)
for target, rate in zip(targets, found, strict=True):
    print(f"target {target:4.1f} Hz: {rate:5.2f} Hz")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
seconds = np.arange(1, 1001)
axes = panels[0, 0]
axes.plot(seconds, r["plain"], color="gray", label="plain STDP")
axes.plot(seconds, r["homeostatic"], color="tab:red", label="with homeostasis")
axes.axhline(35.0, color="black", linestyle=":", linewidth=0.8, label="target")
axes.set(xlabel="time (s)", ylabel="rate of the cell (Hz)", title="A rate that is kept", ylim=(0, 75))
axes.legend(loc="upper right", ncols=3, columnspacing=1, handlelength=1.2)
axes = panels[0, 1]
for i, (values, shade) in enumerate(zip(history.T, plt.get_cmap("autumn_r")([0.3, 0.5, 0.75, 1.0]), strict=True)):
    low, high = rates_of_inputs[25 * i], rates_of_inputs[25 * i + 24]
    axes.plot(5.0 * np.arange(1, len(history) + 1), 1000 * values, color=shade, label=f"{low:.0f} to {high:.0f} Hz")
axes.set(xlabel="time (s)", ylabel="mean weight (0.001)", title="Weights by the rate of their input", ylim=(0, 30))
axes.legend(loc="upper right", ncols=2)
axes = panels[1, 0]
axes.plot(rates_of_inputs, 1000 * w["plain"], "o", color="gray", markersize=3, label="plain STDP")
axes.plot(rates_of_inputs, 1000 * w["homeostatic"], "o", color="tab:red", markersize=3, label="with homeostasis")
axes.set(xlabel="rate of the input (Hz)", ylabel="weight (0.001)", title="Weights after 1000 s", ylim=(0, 34))
axes.legend(loc="lower right")
axes = panels[1, 1]
axes.plot([0, 75], [0, 75], color="black", linestyle=":", linewidth=0.8, label="rate = target")
axes.axhline(r["plain"][-200:].mean(), color="gray", linestyle="--", linewidth=0.8, label="all weights at the bound")
axes.plot(targets, found, "o", color="tab:red", markersize=5)
axes.set(xlabel="target (Hz)", ylabel="rate of the cell (Hz)", title=f"{len(targets)} targets, one call")
axes.set(xlim=(0, 75), ylim=(0, 75))
axes.legend(loc="upper left")
save(figure, "ramp")
