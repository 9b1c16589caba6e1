# %% [markdown]
# # What one spike does: three kinds of synapses
#
# A spike adds the weight to a conductance `g_target` of the cell that receives it. What happens next is an equation of
# the cell: without one, the conductance is back at 0 after a step; with one, it decays; two in a row make an alpha
# function, which rises before it falls.

# %%
import jax
import matplotlib.pyplot as plt
import numpy as np
import optax
from gallery import save

import jaxsnn as snn

Cell = snn.Neuron(
    parameters="tau = 20.0 ; E_L = -70.0 ; tau_b = 10.0 ; tau_c = 10.0",
    equations="""
        tau * dv/dt = E_L - v + g_a + g_b + alpha_c : init = -70.0
        tau_b * dg_b/dt = -g_b : exponential
        tau_c * dg_c/dt = -g_c : exponential
        tau_c * dalpha_c/dt = exp((tau_c - dt / 2.0) / tau_c) * g_c - alpha_c : exponential
    """,
    spike="v > 0.0",
    reset="v = E_L",
)

# %% [markdown]
# One source with one spike at 10 ms reaches the three targets of one cell. `exponential` integrates a linear equation
# exactly over a step when its input is constant. A spike takes one step to arrive.

# %%
net = snn.Network(dt=1.0, seed=1)
source = net.create(snn.inputs.SpikeSourceArray([10.0]), name="source")
cell = net.create(1, Cell, name="cell")
for target in "abc":
    net.connect(source, cell, target, name=target).one_to_one(weights=1.0)
monitor = net.monitor(cell, ["v", "g_a", "g_b", "g_c", "alpha_c"])
sim = net.compile()
net.simulate(100.0)
data = {name: values[:, 0] for name, values in monitor.get().items()}
print(f"peaks: g_a {data['g_a'].max():.3f}, g_b {data['g_b'].max():.3f}, alpha_c {data['alpha_c'].max():.3f}")

# %% [markdown]
# ## Beyond the response: synapses from a recording
#
# An electrode sees `v` alone, the sum of the three, with noise. Which weights of b and c, and which time constant of
# c, explain it? The whole run is a differentiable function of them. The recording is that of the model with other
# constants than the first guess, and noise of 5 µV in each step.

# %%
true = {"b.w": 0.6, "c.w": 1.5, "cell.tau_c": 15.0}
guess = {"b.w": 1.0, "c.w": 1.0, "cell.tau_c": 8.0}
params, state = sim.init(jax.random.key(0), true)
noise = 0.005 * np.random.default_rng(1).standard_normal((100, 1))
recording = sim.run(params, state, duration=100.0)[1]["cell"]["v"] + noise
first, _ = sim.init(jax.random.key(0), guess)


def loss(params):
    """Return the mean squared distance of the potential from the recording, mV²."""
    return snn.losses.membrane_trace(sim.run(params, state, duration=100.0)[1]["cell"]["v"], recording)


bounds = dict.fromkeys(true, (0.0, None))
result = snn.fit(loss, first, optax.adam(0.05), 1500, trainable=list(true), bounds=bounds)
found = {name: float(np.squeeze(value)) for name, value in result.trained.items()}
for name, value in found.items():
    print(f"{name}: {value:.2f}, true {true[name]}, first guess {guess[name]}")

# %%
guessed, fitted = (sim.run(x, state, duration=100.0)[1]["cell"]["v"][:, 0] for x in (first, result.params))
t = np.arange(100)
figure, panels = plt.subplots(1, 3, figsize=(12, 4))
for name, label in (("g_a", "a: one step"), ("g_b", "b: exponential"), ("alpha_c", "c: alpha function")):
    panels[0].plot(t, data[name], label=label)
panels[0].set(xlabel="time (ms)", ylabel="conductance (weights)", xlim=(0, 80), title="One spike at 10 ms")
panels[1].plot(t, data["v"], color="black")
panels[1].set(xlabel="time (ms)", ylabel="v (mV)", title="The cell that receives all three")
panels[2].plot(t, recording[:, 0], ".", color="gray", markersize=4, label="recording")
panels[2].plot(t, guessed, color="tab:blue", linestyle="--", label="first guess")
panels[2].plot(t, fitted, color="tab:red", label="fit")
panels[2].set(xlabel="time (ms)", ylabel="v (mV)", title="Two weights, one time constant")
for axes in (panels[0], panels[2]):
    axes.legend(loc="upper right")
save(figure, "synaptic_transmission")
