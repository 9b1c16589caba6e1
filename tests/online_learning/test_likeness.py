"""How like the gradient by paths within a neuron is to the whole one, in recurrent networks that learn tasks."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.fitting import replaced

from .networks import cosine, gradient_online, gradient_through_time
from .test_tasks import cross_entropy, evidence, network, squared_error, store_recall, waves

pytestmark = pytest.mark.slow

NAMES = ["stimulus.w", "recurrent.w", "answer.w"]


def cues(task):
    return network(task(1, 0)[0]["targets"]["weight"].shape[1], 20, 40, 2, beta=0.2), task(16, 0)[0], cross_entropy


def patterns():
    trials = {"inputs": {"source": np.random.default_rng(0).random((1, 200, 40)) < 0.05}, "targets": waves(200)[None]}
    return network(200, 40, 50, 3, recurrent=0.5, into=2.0), trials, squared_error


TASKS = {"evidence": partial(cues, evidence), "store-recall": partial(cues, store_recall), "patterns": patterns}


def mean_of_trials(gradient, params, trials):
    """Return the mean of `gradient(params, targets)` over trials, whose spikes the network hears."""

    def of_trial(spikes, targets):
        return gradient(replaced(params, {"source.spikes": spikes}), targets)

    spikes = jnp.asarray(trials["inputs"]["source"], jnp.float32)
    found = jax.jit(jax.vmap(of_trial))(spikes, jax.tree.map(jnp.asarray, trials["targets"]))
    return {name: np.asarray(x.mean(0)) for name, x in found.items()}


@pytest.mark.parametrize("task", TASKS)
def test_the_angle_to_the_whole_gradient(task):
    """Oracle: backpropagation through time. A readout has no path but its own; hidden neurons lack those of others."""
    sim, trials, loss = TASKS[task]()
    params, state = sim.init(0)
    rule = snn.online(sim, loss, NAMES, signals={"hidden": snn.Broadcast("readout")})
    found = mean_of_trials(lambda p, t: gradient_online(rule, p, state, t), params, trials)
    wanted = mean_of_trials(lambda p, t: gradient_through_time(sim, loss, p, state, NAMES, t), params, trials)
    angles = {name: cosine(found[name], wanted[name]) for name in NAMES}
    print(f"\n{task}: {', '.join(f'{name} {x:.4f}' for name, x in angles.items())}")
    assert angles["answer.w"] > 1.0 - 1e-5
    for name in ("stimulus.w", "recurrent.w"):
        assert 0.9 <= angles[name] < 1.0 - 1e-4
