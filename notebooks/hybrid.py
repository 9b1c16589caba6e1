# %% [markdown]
# # From rates to spikes and back
#
# Some parts of a model are best described by rates, others by spikes. To join them, a rate has to become spikes, and
# spikes a rate. The first is easy: Poisson cells fire at the rate that they are told. The second is an estimate, for
# which spikes are counted: over time, over cells, or both.
#
# Source: J. Vitay, H. Ü. Dinkelbach, F. H. Hamker, "ANNarchy: a code generation approach to neural simulations on
# parallel hardware", Frontiers in Neuroinformatics 9, 2015, doi:10.3389/fninf.2015.00019. The first half of this lesson
# is written as a script, with the default network.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

snn.clear()
snn.setup(dt=0.1, seed=1)
RATES, MS, CELLS, WINDOW = (0.0, 10.0, 50.0, 100.0), 250.0, 1000, 10.0
Told = snn.Neuron(
    parameters="baseline = 0.0 : population ; modulation = 0.0 : population ; frequency = 10.0 : population",
    equations="r = baseline * (1.0 + modulation * sin(2.0 * pi * frequency * t / 1000.0))",
)
Decoder = snn.Neuron(equations="r = sum(exc)")

# %% [markdown]
# A rate-coded cell tells 1000 Poisson cells how fast to fire. A decoding projection counts the spikes of the last 10
# ms, and gives the mean rate of those that it reads. The first decoder reads one Poisson cell, the last one all of
# them. A function says who reads whom.


# %%
def growing(pre, post):
    """Let each decoder read one cell more than the one before it."""
    synapses = snn.LILConnectivity()
    for rank in range(post.size):
        synapses.add(rank, range(rank + 1), [1.0], [0.0])
    return synapses


told = snn.Population(1, Told, name="told")
spikes = snn.PoissonPopulation(CELLS, target="exc", name="spikes")
decoders = snn.Population(CELLS, Decoder, name="decoders")
snn.Projection(told, spikes, "exc").connect_all_to_all(weights=1.0)
snn.DecodingProjection(spikes, decoders, "exc", window=WINDOW).connect_with_func(growing)
counted, decoded = snn.Monitor(spikes, "spike"), snn.Monitor(decoders, "r")
snn.compile()

emitted, trains, r = [], [], []
for rate in RATES:
    told.baseline = rate
    snn.simulate(MS)
    trains.append(counted.get("spike"))
    emitted.append(sum(map(len, trains[-1].values())) / CELLS / (MS / 1000.0))
    r.append(decoded.get("r"))
    print(f"told {rate:5.1f} Hz: {emitted[-1]:6.2f} Hz emitted, {r[-1][500:, -1].mean():6.2f} Hz decoded")

# %% [markdown]
# How large is the error? A Poisson count of mean m has a standard deviation of sqrt(m). Counts of n cells in a window T
# at a rate f have a mean of n T f, so the relative error of the rate falls as 1 / sqrt(n T f). The mean of its absolute
# value is that times sqrt(2 / pi), if the count is large.

# %%
n = np.arange(1, CELLS + 1)
errors = {rate: np.abs(x[200:] - rate).mean(axis=0) / rate for rate, x in zip(RATES[1:], r[1:], strict=True)}
theory = {rate: np.sqrt(2.0 / np.pi / (n * WINDOW / 1000.0 * rate)) for rate in errors}
with_onset = {rate: np.abs(x - rate).mean(axis=0) / rate for rate, x in zip(RATES[1:], r[1:], strict=True)}
for rate, error in errors.items():
    print(f"{rate:5.1f} Hz: error {error[9]:.2f} with 10 cells, {error[99]:.3f} with 100, {error[-1]:.3f} with 1000")

# %% [markdown]
# ## Beyond one rate: how fast a signal can be read?
#
# A longer window counts more spikes, but blurs what changes within it. One call runs many frequencies at which a rate
# of 50 Hz is modulated by half. Only the cell that reads all is needed for it, in a network object.

# %%
net = snn.Network(dt=0.1, seed=1)
source, poisson = net.create(1, Told, name="source"), net.create(snn.inputs.PoissonPopulation(CELLS, target="exc"))
reader = net.create(1, Decoder, name="reader")
net.connect(source, poisson, "exc").all_to_all(1.0)
net.decoding(poisson, reader, "exc", window=WINDOW).all_to_all(1.0)
source.set({"baseline": 50.0, "modulation": 0.5})
net.monitor(reader, "r", name="reader")
sim = net.compile()
frequencies = np.unique(np.geomspace(2.0, 250.0, 40).round())
read = snn.sweep(sim, {"source.frequency": frequencies}, 2000.0, measure=lambda records: records["reader"]["r"][:, 0])

# %% [markdown]
# Averaging over a window T multiplies a modulation of frequency f by sin(pi f T) / (pi f T). At 100 Hz nothing is left:
# the window holds one whole period.

# %%
t = np.arange(read.shape[1]) * net.dt / 1000.0
late = t >= 1.0
waves = np.exp(-2j * np.pi * frequencies[:, None] * t[late])
gains = np.abs((read[:, late] * waves).mean(axis=1)) * 2.0 / 25.0
expected = np.abs(np.sinc(frequencies * WINDOW / 1000.0))
print(f"largest distance from theory: {np.abs(gains - expected).max():.3f}, of {len(frequencies)} frequencies")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
time = np.arange(4 * 2500) / 10_000.0
axes = panels[0, 0]
for k in range(50):
    for train in trains:
        axes.plot(np.array(train[k]) / 10_000.0, np.full(len(train[k]), k), ".", color="black", markersize=1.5)
axes.set(
    xlabel="time (s)", ylabel="50 of 1000 Poisson cells", title="A rate becomes spikes", xlim=(0, 1), ylim=(-1, 50)
)
axes = panels[0, 1]
for cells, color in ((10, "0.7"), (100, "tab:blue"), (1000, "tab:red")):
    axes.plot(time, np.concatenate(r)[:, cells - 1], color=color, linewidth=0.8, label=f"read from {cells}")
axes.step(np.append(time[::2500], 1.0), [*RATES, RATES[-1]], color="black", where="post", linestyle=":", label="told")
axes.set(xlabel="time (s)", ylabel="rate (Hz)", title="and spikes a rate", xlim=(0, 1), ylim=(0, None))
axes.legend(loc="upper left")
axes = panels[1, 0]
for (rate, error), color in zip(errors.items(), ("tab:green", "tab:orange", "tab:purple"), strict=True):
    axes.loglog(n, error, color=color, label=f"{rate:.0f} Hz")
    axes.loglog(n, theory[rate], color=color, linestyle=":")
axes.plot([], [], color="gray", linestyle=":", label="Poisson counts")
axes.set(xlabel="cells read", ylabel="mean relative error", title="More cells, smaller errors")
axes.legend(loc="lower left")
axes = panels[1, 1]
curve = np.geomspace(2.0, 250.0, 400)
axes.semilogx(
    curve, np.abs(np.sinc(curve * WINDOW / 1000.0)), color="tab:orange", linewidth=4, alpha=0.5, label="theory"
)
axes.semilogx(frequencies, gains, "o", color="black", markersize=4, label="simulation")
axes.set(xlabel="frequency of the modulation (Hz)", ylabel="decoded / told modulation", ylim=(0, 1.1))
axes.set_title(f"{len(frequencies)} frequencies, one call")
axes.set_xticks([2, 5, 10, 20, 50, 100, 200], ["2", "5", "10", "20", "50", "100", "200"])
axes.legend(loc="lower left")
save(figure, "hybrid")
