# %% [markdown]
# # Many networks at once
#
# One simulation of a random network is an anecdote. `parallel_run` runs copies of a network, each with weights,
# initial values and noise of its own, and hands back what a method returns for each. The copies meet at `simulate`,
# where one call advances them all.
#
# Network: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14, 2003,
# doi:10.1109/TNN.2003.820440.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

net = snn.Network(dt=1.0, seed=1)
cells = net.create(1000, snn.Izhikevich, name="cells")
exc, inh = cells[:800], cells[800:]
net.connect(exc, cells, "exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
net.connect(inh, cells, "inh", name="inh").all_to_all(weights=snn.Uniform(0.0, 1.0))
monitor = net.monitor(cells, "spike")

# %% [markdown]
# The method is ordinary Python. It gets the copy; `net.get` finds there what was made in the original. Keyword
# arguments with one value for each copy go to the copies one by one, here the random numbers that spread the constants
# of the cells.


# %%
def run(net, re, ri, noise):
    """Spread the constants of the cells, simulate one second, return spikes and their times."""
    cells = net.population("cells")
    cells[:800].set({"noise": noise, "c": -65.0 + 15.0 * re**2, "d": 8.0 - 6.0 * re**2})
    cells[800:].set({"noise": 2.0, "a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "d": 2.0})
    cells[800:].u = -65.0 * (0.25 - 0.05 * ri)
    net.simulate(1000.0)
    return net.get(monitor).raster_plot()


draw = np.random.default_rng(1)
given = {"re": draw.random((8, 800)), "ri": draw.random((8, 200)), "noise": np.full(8, 5.0)}
seconds = {}
rasters = {}
for sequential in (True, False):
    begin = time.perf_counter()
    rasters[sequential] = net.parallel_run(run, number=8, sequential=sequential, **given)
    seconds[sequential] = time.perf_counter() - begin
counts = [len(times) for times, _ in rasters[False]]
same = all(np.array_equal(a[0], b[0]) for a, b in zip(rasters[True], rasters[False], strict=True))
print(f"spikes of the copies: {counts}; the same one after the other: {same}")

# %% [markdown]
# Each copy has a key of its own that does not depend on the others. So the copies get the same spikes together and one
# after the other, whatever the number of cores.
#
# ## Beyond eight: what noise does
#
# 48 copies with noise from 2 to 6, four per level, are one more call of the same method: no processes, no compiler, no
# files, on as many cores as there are, or on an accelerator.

# %%
levels = np.repeat(np.linspace(2.0, 6.0, 12), 4)
more = {"re": draw.random((48, 800)), "ri": draw.random((48, 200)), "noise": levels}
rates = np.array([len(times) / 1000 for times, _ in net.parallel_run(run, number=48, **more)])
mean, spread = rates.reshape(12, 4).mean(axis=1), rates.reshape(12, 4).std(axis=1, ddof=1)
print(f"rate with noise 2: {mean[0]:.1f} Hz, with noise 6: {mean[-1]:.1f} Hz")

# %%
figure, panels = plt.subplots(2, 4, figsize=(12, 6.5), width_ratios=[1, 1, 1, 1.5])
for i, (times, ranks) in enumerate(rasters[False][:6]):
    axes = panels[i // 3, i % 3]
    axes.plot(times[::2], ranks[::2], ".", color="black", markersize=0.6)
    axes.set(title=f"copy {i}: {counts[i]} spikes", xlim=(0, 1000), ylim=(0, 1000))
    axes.set_xlabel("time (ms)" if i > 2 else "")
    axes.set_ylabel("cell" if i % 3 == 0 else "")
panels[0, 3].bar(np.arange(8), counts, color="gray")
panels[0, 3].set(xlabel="copy", ylabel="spikes in 1 s", title="Eight copies")
panels[1, 3].errorbar(levels[::4], mean, spread, fmt="o-", color="black", markersize=4, capsize=2)
panels[1, 3].set(
    xlabel="noise of excitatory cells", ylabel="rate (Hz)", title="48 copies, four per level", ylim=(0, None)
)
save(figure, "parallel_run")
