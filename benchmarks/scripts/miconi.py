"""Reward-modulated Hebbian learning (Miconi 2017, doi:10.7554/eLife.20899): 25 trials of each of four kinds."""

import numpy as np

import jaxsnn as ann

ann.setup(dt=1.0)

neuron = ann.Neuron(
    parameters="""
        tau = 30.0 : population
        constant = 0.0
        alpha = 0.05 : population
        f = 3.0 : population
        A = 16.0 : population
    """,
    equations="""
        perturbation = if Uniform(0.0, 1.0) < f / 1000.0: 1.0 else: 0.0
        noise = if perturbation > 0.5: A * Uniform(-1.0, 1.0) else: 0.0
        x += dt * (sum(in) + sum(exc) - x + noise) / tau
        rprev = r
        r = if constant == 0.0: tanh(x) else: tanh(constant)
        delta_x = x - x_mean
        x_mean = alpha * x_mean + (1.0 - alpha) * x
    """,
)
synapse = ann.Synapse(
    parameters="""
        eta = 0.5 : projection
        learning_phase = 0.0 : projection
        error = 0.0 : projection
        mean_error = 0.0 : projection
        max_weight_change = 0.0003 : projection
    """,
    equations="""
        trace += if learning_phase < 0.5: power(pre.rprev * post.delta_x, 3) else: 0.0
        step = eta * trace * fabs(mean_error) * (error - mean_error)
        delta_w = if learning_phase > 0.5: step else: 0.0 : min = -0.0003, max = 0.0003
        w -= delta_w
    """,
)

inp = ann.Population(2, ann.Neuron(parameters="r = 0.0"))
pop = ann.Population(200, neuron)
pop[0].constant = 0.1
pop[1].constant = 0.1
pop.x = ann.Uniform(-0.1, 0.1)
Wi = ann.Projection(inp, pop, "in")
Wi.connect_all_to_all(weights=ann.Uniform(-1.0, 1.0))
Wrec = ann.Projection(pop, pop, "exc", synapse)
Wrec.connect_all_to_all(weights=ann.Normal(0.0, 1.5 / np.sqrt(200)), allow_self_connections=True)
monitor = ann.Monitor(pop, ["r"], start=False)

ann.compile()

averages = np.zeros((2, 2))


def dnms_trial(trial, first, second):
    traces = []
    pop.x = ann.Uniform(-0.1, 0.1).get_values(200)
    pop.r = np.tanh(pop.x)
    pop[0].r = np.tanh(1.0)
    monitor.resume()
    for value in (first, None, second, None, None):
        inp.r = 0.0
        if value is not None:
            inp[value].r = 1.0
        ann.simulate(200.0)
    traces = monitor.get("r")
    monitor.pause()
    desired = 0.98 if first != second else -0.98
    error = np.mean(np.abs(desired - traces[-200:, 100]))
    if trial > 5:
        Wrec.learning_phase = 1.0
        Wrec.error = float(error)
        Wrec.mean_error = float(averages[first, second])
        ann.step()
        Wrec.learning_phase = 0.0
        _ = monitor.get()
    Wrec.trace = 0.0
    averages[first, second] = 0.75 * averages[first, second] + 0.25 * error
    return error


for trial in range(25):
    for first in range(2):
        for second in range(2):
            dnms_trial(trial, first, second)
print("mean error:", float(averages.mean()))
