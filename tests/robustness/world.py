"""The names that wrong calls use: a network that is described, one that is compiled, its functions, and arrays."""

from math import inf, nan
from typing import Any

import numpy as np
import optax
import scipy.sparse

import jaxsnn as snn
from jaxsnn.extensions import ann_to_snn_conversion, bold, image, tensorboard


def world() -> dict[str, Any]:
    """Return the names."""
    public = {name: getattr(snn, name) for name in dir(snn) if not name.startswith("_")}
    others = {"np": np, "optax": optax, "scipy": scipy, "nan": nan, "inf": inf, "losses": snn.losses}
    others |= {"bold": bold, "image": image, "tensorboard": tensorboard, "conversion": ann_to_snn_conversion}
    own = {"neuron": neuron, "synapse": synapse, "ones": np.ones((4, 3)), "adam": optax.adam(0.1)}
    own |= {"loss": lambda p: (p["a"] - 1.0) ** 2, "spikes": lambda records: records["M"]["v"].mean()}
    return public | others | own | described() | compiled()


def described() -> dict[str, Any]:
    """Return a network that is not compiled, and its populations."""
    net = snn.Network(dt=1.0, seed=1)
    P, Q = net.create(4, snn.Izhikevich, name="P"), net.create((2, 2), snn.Izhikevich, name="Q")
    R, R2 = (net.create(4, snn.LeakyIntegrator, name=name) for name in ("R", "R2"))

    def made(*arguments: Any) -> Any:
        listed = snn.LILConnectivity()
        listed.add(*arguments)
        return net.connect(P, P, "exc").with_func(lambda *_: listed)

    return {"net": net, "P": P, "Q": Q, "R": R, "R2": R2, "made": made}


def compiled() -> dict[str, Any]:
    """Return a compiled network that has run, its parts and its functions."""
    done = snn.Network(dt=1.0, seed=1)
    done.constant("c0", 1.0)
    P = done.create(4, snn.Izhikevich, name="P")
    parts = {
        "dC": done.create(2, snn.Izhikevich, name="C", stop_condition="v > 1e9"),
        "dK": done.create(2, snn.Neuron("k = 3 : int\nflag = True : bool", "r = k * 1.0"), name="K"),
        "dN": done.create(snn.inputs.PoissonPopulation(4, rates=5.0), name="N"),
        "dS": done.create(snn.inputs.SpikeSourceArray([[1.0], [2.0]]), name="S"),
        "dT": done.create(snn.inputs.TimedArray(np.zeros((3, 2))), name="T"),
        "dE": done.connect(P, P, "exc", snn.STDP(), name="E").all_to_all(0.1, delays=snn.Uniform(1.0, 3.0)),
        "dF": done.connect(P, P, "inh", name="F").one_to_one(0.1),
        "dM": done.monitor(P, ["v", "spike"], name="M"),
    }
    sim = done.compile()
    done.simulate(3.0)
    params, state = sim.init(0)
    arrays = {"sim": sim, "params": params, "state": state, "dD": parts["dE"].dendrite(0)}
    return {"done": done, "dP": P, **parts, **arrays}


def neuron(**texts: Any) -> Any:
    """Create a population of a neuron in a strict network."""
    return snn.Network(dt=1.0, seed=1).create(2, snn.Neuron(**texts))


def synapse(**texts: Any) -> Any:
    """Connect neurons by a synapse in a strict network."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(2, snn.Izhikevich)
    return net.connect(P, P, "exc", snn.Synapse(**texts)).all_to_all(1.0)


def parts_of(net: snn.Network) -> tuple[int, ...]:
    """Return how many populations, projections, monitors, constants and callbacks a network has."""
    lists = (net.get_populations(), net.get_projections(), net.get_monitors(), net.get_constants())
    return (*map(len, lists), len(net._core.callbacks.registered))
