"""A reservoir: rate-coded tanh units, each connected to all, chaotic; for jaxsnn and for ANNarchy alike; step 1 ms.

H. Sompolinsky, A. Crisanti, H. J. Sommers, Physical Review Letters 61 (1988), doi:10.1103/PhysRevLett.61.259.
"""

import numpy as np

N, TAU, GAIN, DT = 1000, 10.0, 1.5, 1.0


def initial(units: int = N) -> np.ndarray:
    """Return the potentials at the beginning; the same for every program."""
    return 0.5 * np.random.default_rng(5).standard_normal(units)


def weights(units: int = N) -> np.ndarray:
    """Return (post, pre) weights, for programs that take them as an array."""
    return (GAIN / np.sqrt(units) * np.random.default_rng(6).standard_normal((units, units))).astype(np.float32)


def describe(sim, units: int = N):
    """Describe the network with the module-level functions of a simulator; return what tells the rms of the rates."""
    neuron = sim.Neuron(
        parameters=f"tau = {TAU} : population",
        equations="""
            tau * dv/dt + v = sum(exc)
            r = tanh(v)
        """,
    )
    P = sim.Population(units, neuron, name="reservoir")
    P.v, P.r = initial(units), np.tanh(initial(units))
    drawn = sim.Normal(0.0, GAIN / np.sqrt(units))
    sim.Projection(P, P, "exc").connect_all_to_all(weights=drawn, allow_self_connections=True)
    return lambda: float(np.sqrt(np.mean(np.square(P.r))))
