"""Work that several devices or hosts share out: replicas, sweeps, points, fits; all of it small.

    python -m tests.simulation.shared_work FILE PART DEVICES
    python -m tests.simulation.shared_work FILE PART PORT RANK HOSTS

writes what a part of it found to FILE, `.npz`: on so many devices of this process, or on all of several processes on
this host. `light` compiles little, `heavy` more.
"""

import sys
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, StateError
from tests.conftest import acceptance

RASTERS = np.random.default_rng(0).random((8, 15, 3)).round().astype(np.float32)  # eight stimuli, steps, neurons
LIF = snn.Neuron(
    parameters="tau = 10.0",
    equations="tau * dg_exc/dt = -g_exc ; tau * dv/dt + v = g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
)


def replicas(devices, *later: float) -> dict[str, np.ndarray]:
    """Five replicas of the event path, which ask for different durations and draw their own weights."""
    net = snn.Network(dt=1.0, seed=3)
    P = net.create(20, snn.Izhikevich, name="P")
    net.connect(P, P, "exc").all_to_all(weights=snn.Uniform(0.0, 3.0))
    M = net.monitor(P, "spike")

    def method(net, noise):
        net.get(P).noise = noise
        for duration in (40.0 + noise, *later):
            net.simulate(duration)
        return np.stack(net.get(M).raster_plot()), net.get(P).v

    found = net.parallel_run(method, number=5, noise=np.arange(5.0) + 4.0, devices=devices)
    spikes, v = zip(*found, strict=True)
    return {"replicas.spikes": np.concatenate(spikes, axis=1), "replicas.v": np.stack(v)}


def meetings(devices) -> dict[str, np.ndarray]:
    """The same replicas, which meet three times."""
    return replicas(devices, 20.0, 10.0)


def losses(devices) -> dict[str, np.ndarray]:
    """A loss at seven points."""
    values = np.linspace(0.0, 9.0, 7)
    loss = lambda p: (p["a"] - 3.0) ** 2 + p["b"]  # noqa: E731
    return {"losses": snn.evaluate(loss, {"a": 1.0, "b": 0.5}, {"a": values}, devices=devices)}


def regression(devices, optimizer=None) -> dict[str, np.ndarray]:
    """A fit of a line."""
    x = np.linspace(0.0, 1.0, 8)
    loss = lambda p, xy: jnp.mean((p["a"] * xy[:, 0] + p["b"] - xy[:, 1]) ** 2)  # noqa: E731
    data = np.stack([x, 2.0 * x + 1.0], axis=1)
    found = snn.fit(loss, {"a": 0.0, "b": 0.0}, optimizer or optax.sgd(0.3), 5, data=data, devices=devices)
    return {"regression": found.history, "regression.a": np.asarray(found.params["a"])}


def searches(devices) -> dict[str, np.ndarray]:
    """The same fit, by an optimizer that asks for more values of the loss along a line."""
    return regression(devices, optax.lbfgs())


def sweeps(devices) -> dict[str, np.ndarray]:
    """A sweep over seven values with weights drawn anew, and one over three weight matrices."""
    net, _, _ = acceptance(snn.Network(dt=1.0, seed=3), n=20)
    sim = net.compile()
    noise, weights = np.linspace(0.0, 9.0, 7), np.random.default_rng(1).random((3, 16, 20))
    drawn = snn.sweep(sim, {"P.noise": noise}, 30.0, devices=devices)["P"]["spike"]
    given = snn.sweep(sim, {"exc.w": weights}, 30.0, redraw=False, devices=devices, batch_size=2)["P"]["spike"]
    return {"sweep.drawn": drawn, "sweep.given": given}


@cache
def loss_of_inputs():
    """Return a loss and parameters: potentials of two spiking neurons that a batch of rasters drives."""
    net = snn.Network(dt=1.0, seed=0)
    source = net.create(snn.inputs.SpikeRaster(RASTERS[0]), name="source")
    cell = net.create(2, LIF, name="cell")
    net.connect(source, cell, "exc", name="input").all_to_all(weights=snn.Uniform(0.5, 1.5))
    net.monitor(cell, "v", name="M")
    sim = net.compile()
    params, state = sim.init(0)

    def one(params, raster):
        return sim.run(params, state, duration=15.0, inputs={"source": raster})[1]["M"]["v"]

    def loss(params, batch):
        return jnp.mean((jax.vmap(partial(one, params))(batch) - 0.3) ** 2)

    return loss, params


def fits(devices) -> dict[str, np.ndarray]:
    """Two fits, with all samples in a step and with batches."""
    loss, params = loss_of_inputs()
    options: dict = {"trainable": ["input.w", "cell.tau"], "data": RASTERS, "devices": devices, "chunk": 3}
    whole = snn.fit(loss, params, optax.adam(0.05), 6, **options)
    batches = snn.fit(loss, params, optax.adam(0.05), 6, batch_size=4, key=1, **options)
    return {
        "fit.whole": whole.history,
        "fit.batches": batches.history,
        "fit.w": np.asarray(batches.params.projections["input"]["w"]),
    }


PARTS = {"light": (replicas, losses, regression), "heavy": (meetings, searches, sweeps, fits)}


def found_by(part: str, devices) -> dict[str, np.ndarray]:
    """Return what a part finds, by name."""
    return {name: x for work in PARTS[part] for name, x in work(devices).items()}


@cache
def of_one_device(part: str) -> dict[str, np.ndarray]:
    """Return what JAX's default device finds, once for all tests."""
    return found_by(part, None)


def check_refusals(devices, rank: int) -> None:
    """Raise unless processes that ask for different numbers, or that give only devices of others, are refused."""
    with pytest.raises(StateError, match="the same script with the same values"):
        snn.evaluate(lambda p: p["a"], {"a": 0.0}, {"a": np.full(2, rank)}, devices=devices)
    others = [d for d in jax.devices() if d.process_index != rank]
    with pytest.raises(ArgumentError, match="`devices` has none of this process"):
        snn.evaluate(lambda p: p["a"], {"a": 0.0}, {"a": np.ones(2)}, devices=others)


def main(file: str, part: str, *numbers: str) -> None:
    if len(numbers) == 1:
        devices = jax.devices()[: int(numbers[0])]
    else:
        port, rank, hosts = numbers
        jax.distributed.initialize(f"localhost:{port}", int(hosts), int(rank))
        devices = jax.sharding.Mesh(np.array(jax.devices()), ("hosts",))
        check_refusals(devices, int(rank))
    np.savez(file, **found_by(part, devices))


if __name__ == "__main__":
    main(*sys.argv[1:])
