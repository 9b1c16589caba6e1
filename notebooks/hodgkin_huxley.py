# %% [markdown]
# # An action potential, and the conductances behind it
#
# Hodgkin and Huxley explained the action potential by two conductances that depend on the potential: sodium opens fast
# (`m`) and closes by itself (`h`), potassium opens late (`n`). The four equations are coupled, so all are integrated
# together, by the midpoint rule with steps of 10 µs.
#
# Source: A. L. Hodgkin, A. F. Huxley, "A quantitative description of membrane current and its application to
# conduction and excitation in nerve", Journal of Physiology 117, 1952, doi:10.1113/jphysiol.1952.sp004764.

# %%
import jax
import matplotlib.pyplot as plt
import numpy as np
import optax
from gallery import save

import jaxsnn as snn

HodgkinHuxley = snn.Neuron(
    parameters="""
        C = 1.0                                        # µF/cm²
        VL = -59.387 ; VK = -82.0 ; VNa = 45.0         # mV
        gK = 36.0 ; gNa = 120.0 ; gL = 0.3             # mS/cm²
        onset = 99.995 ; offset = 100.995 ; pulse = 200.0  # ms, ms, µA/cm²
    """,
    equations="""
        I = if (t > onset) and (t < offset): pulse else: 0.0
        previous = V
        an = 0.01 * (V + 60.0) / (1.0 - exp(-0.1 * (V + 60.0)))
        am = 0.1 * (V + 45.0) / (1.0 - exp(-0.1 * (V + 45.0)))
        ah = 0.07 * exp(-0.05 * (V + 70.0))
        bn = 0.125 * exp(-0.0125 * (V + 70.0))
        bm = 4.0 * exp(-(V + 70.0) / 80.0)
        bh = 1.0 / (1.0 + exp(-0.1 * (V + 40.0)))
        dn/dt = an * (1.0 - n) - bn * n : init = 0.3, midpoint
        dm/dt = am * (1.0 - m) - bm * m : init = 0.0, midpoint
        dh/dt = ah * (1.0 - h) - bh * h : init = 0.6, midpoint
        C * dV/dt = gL * (VL - V) + gK * n^4 * (VK - V) + gNa * m^3 * h * (VNa - V) + I : init = -50.0, midpoint
    """,
    spike="(V > 30.0) and (previous <= 30.0)",
    reset="",
)

# %% [markdown]
# The cell rests for 100 ms, gets a pulse of 1 ms, and recovers. A spike is an event here, the upward crossing of 30
# mV; there is nothing to reset. The pulse begins and ends half a step before the steps that count, so that rounding
# cannot move it.

# %%
net = snn.Network(dt=0.01, seed=1)
cell = net.create(1, HodgkinHuxley, name="cell")
monitor = net.monitor(cell, ["V", "n", "m", "h", "spike"])
sim = net.compile()
net.simulate(201.0)
data = monitor.get()
spikes = data["spike"][0]
print(f"spikes at {np.array(spikes) * net.dt} ms, largest potential {data['V'].max():.2f} mV")

# %% [markdown]
# ## Beyond a simulation: conductances from a recording
#
# The other way round: a recorded action potential is given, and the conductances are asked for. `sim.run` is a
# differentiable function of all parameters, and `snn.fit` minimises the distance of its trace to the recording. The
# cell starts at rest, so 12 ms are enough.

# %%
rest = {x: float(data[x][9999, 0]) for x in "Vnmh"}
start_of_pulse = {"onset": 0.995, "offset": 1.995}
here = {f"cell.{name}": value for name, value in (rest | start_of_pulse).items()}
true = {"cell.gNa": 120.0, "cell.gK": 36.0, "cell.gL": 0.3}
guess = {"cell.gNa": 90.0, "cell.gK": 25.0, "cell.gL": 0.6}

params, state = sim.init(jax.random.key(0), here | true)
recording = sim.run(params, state, duration=12.0)[1]["cell"]["V"]
first, _ = sim.init(jax.random.key(0), here | guess)


def loss(params):
    """Return the mean squared distance of the trace from the recording, mV²."""
    return snn.losses.membrane_trace(sim.run(params, state, duration=12.0)[1]["cell"]["V"], recording)


result = snn.fit(loss, first, optax.adam(0.05), 200, trainable=list(true), bounds=dict.fromkeys(true, (0.0, None)))
found = {name: float(np.squeeze(x)) for name, x in result.trained.items()}
for name, value in found.items():
    print(f"{name}: {value:.3f} mS/cm², true {true[name]}, first guess {guess[name]}")

# %%
before = sim.run(first, state, duration=12.0)[1]["cell"]["V"]
after = sim.run(result.params, state, duration=12.0)[1]["cell"]["V"]
t, window = np.arange(len(data["V"])) * net.dt, slice(9900, 11500)
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
axes = panels[0, 0]
axes.plot(t, data["V"][:, 0], color="black")
axes.set(title="Rest, a pulse of 1 ms at 100 ms, and recovery", xlabel="time (ms)", ylabel="V (mV)")
axes = panels[0, 1]
for name, label in (("m", "m: sodium opens"), ("h", "h: sodium closes"), ("n", "n: potassium opens")):
    axes.plot(t[window], data[name][window, 0], label=label)
axes.set(title="Gates during the spike", xlabel="time (ms)", ylabel="open share", ylim=(0, 1.25))
axes.legend(loc="upper right", ncols=1)
axes = panels[1, 0]
axes.plot(np.arange(1200) * net.dt, recording[:, 0], color="black", linewidth=4, alpha=0.25, label="recording")
axes.plot(np.arange(1200) * net.dt, before[:, 0], color="tab:blue", linestyle="--", label="first guess")
axes.plot(np.arange(1200) * net.dt, after[:, 0], color="tab:red", label="fit")
axes.set(title="A spike and its model", xlabel="time (ms)", ylabel="V (mV)")
axes.legend(loc="upper right")
axes = panels[1, 1]
axes.semilogy(result.history, color="black")
axes.set(title="Descent over three conductances", xlabel="update", ylabel="mean squared error (mV²)")
save(figure, "hodgkin_huxley")
