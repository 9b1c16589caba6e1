"""Fitting a neuron to a recorded membrane potential: currents, observed neurons, the loss.

A free-running model that spikes at other times than the recording has a loss full of local minima. Two additions to the
model make it smooth:

- the recorded spikes reset the model, not its own ones (as in the two steps of S. Mensi et al., Journal of
  Neurophysiology 107, 2012, doi:10.1152/jn.00408.2011);
- a current k (recording - v) keeps a model with an unstable upstroke near the recording; k goes down while the fit
  proceeds (H. D. I. Abarbanel et al., "Dynamical state and parameter estimation", SIAM Journal on Applied Dynamical
  Systems 8, 2009, doi:10.1137/090749761). At the true parameters it is 0, whatever k.

Inputs arrive one step after they are emitted: a table that shall act in step n holds it in row n - 1.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import optax

import jaxsnn as snn
from jaxsnn.fitting import replaced

REST = -70.0  # mV; recordings enter as their distance to it, so that the first step, before the table, reads 0


def current(steps: int, dt: float, mean: float, sigma: float, tau: float, seed: int) -> np.ndarray:
    """Return a current that fluctuates around a mean (Ornstein-Uhlenbeck)."""
    draw, keeps = np.random.default_rng(seed), np.exp(-dt / tau)
    x = np.zeros(steps)
    for i in range(1, steps):
        x[i] = keeps * x[i - 1] + np.sqrt(1.0 - keeps**2) * draw.standard_normal()
    return mean + sigma * x


def simulation(neuron: snn.Neuron, dt: float, tables: Mapping[str, np.ndarray]) -> snn.Simulation:
    """Return one neuron, "cell", that reads each table as the current `g_<name>`."""
    net = snn.Network(dt=dt, seed=0)
    cell = net.create(1, neuron, name="cell")
    for name, table in tables.items():
        source = net.create(snn.inputs.TimedArray(np.reshape(table, (-1, 1))), name=name)
        net.current_injection(source, cell, name, name=f"to_{name}").connect_current()
    net.monitor(cell, [*cell.variables, "spike"])
    return net.compile()


def observed(sim_of, recorded: Mapping[str, np.ndarray]) -> snn.Simulation:
    """Return the simulation of a neuron that reads recorded spikes as `g_spikes` and the potential as `g_recorded`."""
    return sim_of({"spikes": np.append(recorded["spike"][1:], 0.0), "recorded": recorded["v"] - REST})


def trace(sim: snn.Simulation, duration: float, values=None) -> dict[str, np.ndarray]:
    """Return what a simulation records, (steps,) each."""
    records = sim.run(*sim.init(0, values), duration)[1]["cell"]
    return {name: np.asarray(x[:, 0]) for name, x in records.items()}


class Fit:
    """Parameters of "cell" in units of their uncertainty, and the fit of them in stages.

    Args:
        sim: of the observed neuron.
        duration: ms.
        recorded: its traces.
        guesses: by name, (first guess, by how much it may be wrong).
        below: mV; samples of the recording above it, where a spike takes off, do not count.
    """

    def __init__(self, sim, duration: float, recorded, guesses, below: float) -> None:
        self.sim, self.duration, self.guesses = sim, duration, guesses
        self.target, self.counts = recorded["v"], recorded["v"] < below
        self.start = sim.init(0)
        self.found = dict.fromkeys(guesses, 0.0)

    def values(self, x) -> dict:
        """Return parameters in their own units."""
        return {name: guess + width * x[name] for name, (guess, width) in self.guesses.items()}

    def loss(self, x, k: float, robust: bool) -> jax.Array:
        """Return the mean squared error of v, mV^2; `robust` takes the logarithm of each, so that few large ones lose.

        Args:
            x: see `values`.
            k: of the current towards the recording, 1/ms.
            robust: while parameters are far off.
        """
        params, state = self.start
        new = {f"cell.{name}": jnp.asarray(value, float) for name, value in {**self.values(x), "k": k}.items()}
        v = self.sim.run(replaced(params, new), state, self.duration)[1]["cell"]["v"][:, 0]
        error = (v - self.target) ** 2
        return jnp.where(self.counts, jnp.log1p(error) if robust else error, 0.0).mean()

    def stage(self, k: float, robust: bool, optimizer: optax.GradientTransformation, steps: int) -> float:
        """Improve the parameters; return the loss."""
        result = snn.fit(lambda x: self.loss(x, k, robust), self.found, optimizer, steps)
        self.found = result.params
        return result.loss
