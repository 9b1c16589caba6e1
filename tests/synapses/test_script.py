"""Scripts of synapses in ANNarchy's words, run as they stand: their numbers are those of ANNarchy 4.8.2."""

from functools import cache

import numpy as np
import pytest

import jaxsnn

from ..equations.running import golden
from .scripts import GROUPS, script, tables, unpacked

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

GOLDEN = golden("script_of_synapses")["groups"]
CASES = [(group, name) for group, described in GROUPS.items() for name in described.cases]

# What differs, and why.
READING = "a defect of ANNarchy, not listed: `g_target` on the right of a statement reads 0"
PARAMETER = "a defect of ANNarchy, not listed: a parameter that spikes change begins with 0"
UNCOUPLED = "rk4 is not coupled in synapses of ANNarchy, in neurons it is"
ACROSS = "a defect of ANNarchy, not listed: implicit, midpoint and rk4 advance what was advanced before once more"
FROZEN = "without transmission, spikes with delays of synapses stand still; here some arrive, some are lost"
WHOLE = "a defect of ANNarchy, not listed: the offset of learning is cut to whole ms"
GROWN = "what was not kept before a delay grew is 0 in ANNarchy; here the oldest value that was kept"
ON_THEIR_WAY = "spikes on their way keep the delay that they were emitted with; here they take the new one"
AXONAL = "`transmission` does not stop axonal spikes that do something of their own"

FINDINGS = {
    "events": {
        "inputs_reading": READING,
        "parameter": PARAMETER,
    },
    "equations": {
        "methods_rk4": UNCOUPLED,
        "across_implicit": ACROSS,
        "across_midpoint": ACROSS,
        "across_neurons_implicit": ACROSS,
        "across_neurons_midpoint": ACROSS,
        "across_neurons_rk4": ACROSS,
        "split": ACROSS,
        "periods_rk4": UNCOUPLED,
    },
    "flags": {
        "transmission_spike_own": FROZEN,
        "silent_default_own": FROZEN,
        "in_flight_own_plain": FROZEN,
        "in_flight_own_counts": FROZEN,
    },
    "delays": {
        "own_spike": ON_THEIR_WAY,
        "in_flight_changes_own_counts": ON_THEIR_WAY,
    },
    "growth": {"uniform_rate": GROWN},
    "axons": {"silent_axons_other": AXONAL},
    "fine": {"fine_offset_0.2": WHOLE, "fine_offset_1.3": WHOLE},
}


# What every run checks; the others are slow, because compiling all of it takes minutes.
QUICK = {
    "events": "inputs_adding_own inputs_ordered_own statements_between statements_reads remote_uniform saturating_none",
    "timing": "traces_uniform traces_own built_in_stp_own recurrent",
    "equations": "methods_rk4 periods_implicit order language",
    "flags": "transmission_rate_own transmission_spike_own plasticity_spike_own in_flight_own_plain",
    "wiring": "targets_ordered views_own psp_and_pre_spike_own",
    "axons": "axons_other silent_axons_other",
}


def is_quick(group, name):
    return name in QUICK.get(group, "").split()


@cache
def ours(group, quick):
    """Run the quick or the slow cases of a group at once."""
    return tables(script(jaxsnn, group, [name for name in GROUPS[group].cases if is_quick(group, name) == quick]))


def leaves(x, path=()):
    for key, value in x.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)]


def parameters():
    for group, name in CASES:
        reason = FINDINGS.get(group, {}).get(name)
        marks = [] if reason is None else [pytest.mark.xfail(strict=True, reason=reason, raises=AssertionError)]
        marks += [] if is_quick(group, name) else [pytest.mark.slow]
        yield pytest.param(group, name, id=f"{group}-{name}", marks=marks)


@pytest.mark.parametrize(("group", "name"), list(parameters()))
def test_script(double, group, name):
    """Oracle: ANNarchy 4.8.2, every sample to a relative 1e-9, every spike exactly."""
    found, expected = (
        dict(leaves(ours(group, is_quick(group, name))[name])),
        dict(leaves(unpacked(GOLDEN[group][name]))),
    )
    assert found.keys() == expected.keys()
    for path, rows in expected.items():
        assert [len(row) for row in found[path]] == [len(row) for row in rows], "/".join(path)
        left, right = ([x for row in table for x in row] for table in (found[path], rows))
        rtol = 0.0 if "spike" in path else 1e-9
        # Differences of numbers near 1 carry their rounding.
        np.testing.assert_allclose(left, right, rtol=rtol, atol=1e-15, err_msg="/".join(path))


def test_delays_of_synapses_under_the_plain_kernel(double):
    """Oracle: the probe of `test_spikes_with_delays_of_their_own`, ANNarchy."""
    net = jaxsnn.Network(seed=0)
    sources = net.create(jaxsnn.inputs.SpikeSourceArray([[1.0]] * 3), name="sources")
    post = net.create(1, jaxsnn.Neuron(equations="v = g_exc", spike="v > 1000.0"), name="post")
    projection = net.connect(sources, post, "exc", kernel="plain")
    projection.from_matrix([[1.0, 2.0, 4.0]], delays=[[1.0, 3.0, 5.0]])
    M = net.monitor(post, "g_exc")
    net.compile()
    net.simulate(12.0)
    expected = golden("synapse_probes")["extra"]["spiking_nonuniform_delays"]["g_exc_steps_0_11"]
    assert M.get("g_exc")[:, 0].tolist() == expected


def test_every_case_has_its_numbers():
    """Oracle: the list of cases."""
    assert {group: set(cases) for group, cases in GOLDEN.items()} == {g: set(d.cases) for g, d in GROUPS.items()}
