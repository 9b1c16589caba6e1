# %% [markdown]
# # Eight models of one catalogue, made comparable
#
# Simulators share a stock of models: PyNN gave them names (`IF` integrates and fires, `curr` or `cond`: synapses are
# currents or conductances, `exp` or `alpha`: how these decay), and the examples of PyNN and Brian use them. They differ
# in units and in constants, so the same weight means something else in each. Once weights and currents are measured
# by their effects, one sees what is different in the models themselves.
#
# Sources: A. P. Davison et al., "PyNN: a common interface for neuronal network simulators", Frontiers in
# Neuroinformatics 2, 2009, doi:10.3389/neuro.11.011.2008; M. Stimberg, R. Brette, D. F. M. Goodman, "Brian 2, an
# intuitive and efficient neural simulator", eLife 8, 2019, doi:10.7554/eLife.47314; R. Brette, W. Gerstner, "Adaptive
# exponential integrate-and-fire model as an effective description of neuronal activity", Journal of Neurophysiology
# 94, 2005, doi:10.1152/jn.00686.2005.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

# %% [markdown]
# ## Two examples
#
# A cell with conductances gets ten excitatory spikes with a delay of 2 ms, then ten inhibitory ones with a delay of 4
# ms. A cell with currents that rise and fall as alpha functions gets spikes at random.

# %%
net = snn.Network(dt=0.1)
cell = net.create(1, snn.IF_cond_exp(i_offset=0.1, tau_refrac=3.0, v_thresh=-51.0, tau_syn_E=2.0, tau_syn_I=5.0))
cell.set({"v_reset": -70.0, "e_rev_E": 0.0, "e_rev_I": -80.0})
for target, begin, w, delay in (("exc", 5.0, 0.006, 2.0), ("inh", 155.0, 0.02, 4.0)):
    source = net.create(snn.inputs.SpikeSourceArray(list(np.arange(begin, begin + 100.0, 10.0))))
    net.connect(source, cell, target).all_to_all(weights=w, delays=delay)
monitor = net.monitor(cell, ["v", "g_exc", "g_inh"])
net.compile()
net.simulate(260.0)
conductances = {name: values[:, 0] for name, values in monitor.get().items()}

net = snn.Network(dt=0.1)
times = np.cumsum(np.random.RandomState(26278342).exponential(10.0, 200))
source = net.create(snn.inputs.SpikeSourceArray(list(times)))
cell = net.create(1, snn.IF_curr_alpha(tau_refrac=2.0, v_thresh=-50.0, tau_syn_E=2.0, tau_syn_I=2.0))
net.connect(source, cell, "exc").all_to_all(weights=1.0)
monitor = net.monitor(cell, ["v", "spike"])
net.compile()
net.simulate(1000.0)
currents = {"v": monitor.get("v")[:, 0], "spikes": monitor.get("spike")[0]}
print(f"IF_cond_exp: v between {conductances['v'].min():.2f} and {conductances['v'].max():.2f} mV, no spikes")
print(f"IF_curr_alpha: {len(currents['spikes'])} spikes after {np.sum(times < 1000.0)}")

# %% [markdown]
# ## Beyond the same numbers: the same effects
#
# Which weight raises the potential by exactly 1 mV? The peak of the potential is a differentiable function of the
# weight, so Newton's method finds it in three steps, for any model: a spike at 100 ms, when all of them are at rest.

# %%
guesses = {
    "IF_curr_exp": 0.3,
    "IF_curr_alpha": 0.1,
    "IF_cond_exp": 0.005,
    "IF_cond_alpha": 0.002,
    "EIF_cond_exp_isfa_ista": 0.002,
    "EIF_cond_alpha_isfa_ista": 0.001,
    "HH_cond_exp": 0.01,
    "Izhikevich": 8.0,
}


def cell_of(name):
    """Return a simulation of one cell of a model, which hears one spike at 100 ms."""
    net = snn.Network(dt=0.1, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([100.0]), name="source")
    cell = net.create(1, getattr(snn, name)(), name="cell")
    if name == "Izhikevich":
        cell.set({"v": -70.0, "u": -14.0})  # at rest, as the others soon are
    net.connect(source, cell, "exc", name="synapse").one_to_one(weights=1.0)
    net.monitor(cell, ["v", "spike"], name="cell")
    return net.compile()


def calibrated(sim, weight):
    """Return the weight of which a spike raises v by 1 mV, and 50 ms of v after that spike, from rest, mV."""
    params, state = sim.init(jax.random.key(1))

    def peak(weight):
        given = snn.fitting.replaced(params, {"synapse.w": jnp.full((1, 1), weight)})
        v = sim.run(given, state, duration=150.0)[1]["cell"]["v"][:, 0]
        return v[1000:].max() - v[1000], v[1000:] - v[1000]

    peak_and_slope = jax.jit(jax.value_and_grad(peak, has_aux=True))
    for _ in range(3):
        (height, _), slope = peak_and_slope(weight)
        weight = float(weight + (1.0 - height) / slope)
    return weight, np.asarray(peak_and_slope(weight)[0][1])


simulations = {name: cell_of(name) for name in guesses}
found = {name: calibrated(simulations[name], guess) for name, guess in guesses.items()}
weights = {name: weight for name, (weight, _) in found.items()}
responses = {name: response for name, (_, response) in found.items()}
for name, weight in weights.items():
    unit = " µS" if "cond" in name else " nA" if "curr" in name else ""
    print(f"{name}: {weight:.5f}{unit} for {responses[name].max():.4f} mV")

# %% [markdown]
# ## Rates over currents
#
# 61 constant currents for each of four models, one call per model. Currents are counted in units of the smallest that
# makes the cell fire.

# %%
largest = {"IF_curr_exp": 3.0, "EIF_cond_exp_isfa_ista": 2.4, "HH_cond_exp": 0.1, "Izhikevich": 16.0}
rates, thresholds = {}, {}
for name, top in largest.items():
    steps = np.linspace(0.0, top, 61)
    rates[name] = (
        steps,
        snn.sweep(
            simulations[name],
            {"cell.i_offset": steps, "synapse.w": np.zeros((61, 1, 1))},
            duration=1000.0,
            measure=lambda records: records["cell"]["spike"][2000:].sum() / 0.8,
        ),
    )
    thresholds[name] = steps[np.flatnonzero(rates[name][1])[0]]
theory = np.zeros(61)
above = rates["IF_curr_exp"][0] > 0.75
theory[above] = 50.0 / np.log(1.0 / (1.0 - 0.75 / rates["IF_curr_exp"][0][above]))
print(f"IF_curr_exp: largest distance from theory {np.abs(theory - rates['IF_curr_exp'][1]).max():.2f} Hz")

# %% [markdown]
# A current and a conductance of 1 mV look the same. What differs is the membrane: it forgets in 20 ms in the `IF`
# models and in 9 ms in the `EIF` models; that of Hodgkin and Huxley takes 20 ms too, behind a synapse of 0.2 ms. A
# synapse of Izhikevich's model acts for one step only. Rates rise steeply where a spike leaves nothing behind but a
# reset (`IF`), and slowly where adaptation (`EIF`, Izhikevich) or potassium (Hodgkin and Huxley) follows it.

# %%
figure, panels = plt.subplot_mosaic([["cond", "alpha"], ["psp", "rate"]], figsize=(11, 7.5))
axes = panels["cond"]
t = np.arange(2600) * 0.1
axes.plot(t, conductances["v"], color="black")
axes.set(xlabel="time (ms)", ylabel="v (mV)", xlim=(0, 260), ylim=(-66.5, -57.5), title="IF_cond_exp: two trains")
other = axes.twinx()
other.plot(t, 1000 * conductances["g_exc"], color="tab:red", linewidth=0.8, label="excitation")
other.plot(t, 1000 * conductances["g_inh"], color="tab:blue", linewidth=0.8, label="inhibition")
other.set(ylim=(-95, 24), yticks=[0, 10, 20])
other.set_ylabel("conductance (nS)", loc="top")
other.spines["right"].set_visible(True)
other.legend(loc="lower left", bbox_to_anchor=(0.0, 0.62))
axes = panels["alpha"]
axes.plot(np.arange(10_000) * 0.1, currents["v"], color="black", linewidth=0.8)
axes.plot(times[times < 1000.0], np.full(np.sum(times < 1000.0), -67.5), "|", color="tab:red", markersize=5)
axes.vlines(np.array(currents["spikes"]) * 0.1, -50.0, -42.0, color="black", linewidth=1.0)
axes.axhline(-50.0, color="gray", linestyle=":")
axes.set(xlabel="time (ms)", ylabel="v (mV)", xlim=(0, 1000), title="IF_curr_alpha: spikes at random (red)")
looks = {"IF_curr": "tab:blue", "IF_cond": "tab:red", "EIF": "tab:purple", "HH": "black", "Izhikevich": "tab:green"}
axes = panels["psp"]
for name, response in responses.items():
    color = next(color for family, color in looks.items() if name.startswith(family))
    width, alpha = (5.0, 0.35) if "curr" in name else (1.2, 1.0)
    style = "--" if "alpha" in name else "-"
    axes.plot(np.arange(500) * 0.1, response, style, color=color, linewidth=width, alpha=alpha, label=name)
axes.set(xlabel="time after the spike (ms)", ylabel="v - rest (mV)", xlim=(0, 50), ylim=(-0.1, 1.65))
axes.set(title="Weights for 1 mV, by derivatives")
axes.legend(loc="upper center", fontsize=8, ncols=2)
axes = panels["rate"]
x = rates["IF_curr_exp"][0] / thresholds["IF_curr_exp"]
axes.plot(x, theory, color="tab:orange", linewidth=5, alpha=0.4, label="theory of IF_curr_exp")
for name, (steps, rate) in rates.items():
    color = next(color for family, color in looks.items() if name.startswith(family))
    axes.plot(steps / thresholds[name], rate, color=color, label=name)
axes.set(xlabel="current / smallest that makes it fire", ylabel="rate (Hz)", xlim=(0, 4), ylim=(0, None))
axes.set(title="61 currents, one call per model")
axes.legend(loc="upper left", fontsize=8)
save(figure, "pynn_brian")
