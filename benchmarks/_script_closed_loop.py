"""A network in a closed loop: a script sets 10 rates, which feed 100 leaky units; for jaxsnn and ANNarchy alike."""

import numpy as np

INPUTS, UNITS, TAU, DT = 10, 100, 10.0, 1.0  # ms


def describe(sim, turns: int):
    """Describe the network with the module-level functions of a simulator; return what makes the turns.

    A turn assigns the inputs, simulates 1 ms and reads the rates, which decide the next inputs. It returns the mean of
    the last rates.
    """
    inputs = sim.Population(INPUTS, sim.Neuron(parameters="r = 0.0"))
    P = sim.Population(
        UNITS, sim.Neuron(parameters=f"tau = {TAU}", equations="tau * dv/dt + v = sum(exc) ; r = pos(v)")
    )
    weights = 0.3 * np.random.default_rng(3).standard_normal((UNITS, INPUTS))
    sim.Projection(inputs, P, "exc").connect_from_matrix(weights)

    def loop() -> float:
        P.v, P.r = 0.0, 0.0
        rates = np.zeros(UNITS)
        for turn in range(turns):
            inputs.r = np.sin(0.1 * turn + np.arange(INPUTS)) + 0.1 * rates[:INPUTS]
            sim.simulate(1.0)
            rates = P.r
        return float(np.mean(rates))

    return loop
