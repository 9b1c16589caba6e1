"""A user's script in the three ways, which is checked under pyright's strict mode and run."""

import jax
import numpy as np
import optax  # pyright: ignore[reportMissingTypeStubs]

import jaxsnn as snn

LIF = snn.Neuron(
    parameters="tau = 20.0 : population ; drive = 1.2",
    equations="tau * dv/dt = drive - v + g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)

# An object
net = snn.Network(dt=0.5, seed=1)
cells = net.create(10, LIF, name="cells")
cells.drive = np.linspace(1.0, 2.0, 10)
exc = net.connect(cells, cells, target="exc", name="exc")
exc.fixed_probability(0.5, weights=snn.Uniform(0.0, 0.1))
monitor = net.monitor(cells, ["v", "spike"])
sim = net.compile()
net.simulate(100.0)
times, ranks = monitor.raster_plot()
v = monitor.get("v")
rate = snn.analysis.mean_fr(monitor.get("spike"), 100.0)
print(times.shape, ranks.shape, v.shape, rate, cells.v, exc.w)
snn.plotting.raster(times, ranks)


def last_potential(net: snn.Network, drive: float) -> np.ndarray:
    """Return the potentials of a copy with another drive."""
    net.get(cells).drive = drive
    net.simulate(10.0)
    return np.asarray(net.get(monitor).get("v"))[-1]


potentials = net.parallel_run(last_potential, 2, drive=[1.0, 2.0])


class Mine(snn.Network):
    """A network of a class of one's own."""

    def __init__(self, n: int) -> None:
        """Describe n neurons."""
        super().__init__(dt=1.0)
        self.cells = self.create(n, snn.Izhikevich)


mine = Mine(3)
mine.compile()
mine.simulate(5.0)

# Pure functions
params, state = sim.init(0)


def mean_square(p: snn.NetworkParams) -> jax.Array:
    """Return a number to be minimised."""
    records = sim.run(p, state, 20.0)[1]
    return (records["cells"]["v"] ** 2).mean()


result = snn.fit(mean_square, params, optax.adam(1e-2), 3, trainable="cells.drive")
print(result.loss)

# A script
snn.setup(dt=1.0)
P = snn.Population(4, snn.Izhikevich(a=0.02))
proj = snn.Projection(P, P, "exc", synapse=snn.STDP())
proj.connect_all_to_all(weights=0.1)
M = snn.Monitor(P, "spike")
snn.compile()
snn.simulate(10.0)
print(M.get("spike"), P.v)
snn.clear()
