"""A text is parsed once, and analysed once in the same surroundings: calls of parser and analysis are counted."""

from dataclasses import replace

import pytest

import jaxsnn as snn
from jaxsnn.equations import _analyse, _grammar, _parse, _synapse
from jaxsnn.errors import EquationError

NEURONS = (snn.Izhikevich, snn.IF_curr_exp, snn.EIF_cond_exp_isfa_ista, snn.HH_cond_exp, snn.LeakyIntegrator)
SYNAPSES = (snn.STDP, snn.STP)
TEXTS = ("parameters", "equations", "spike", "reset", "axon_spike", "axon_reset", "functions")
SYNAPSE_TEXTS = ("parameters", "equations", "psp", "pre_spike", "post_spike", "pre_axon_spike", "creating", "pruning")


@pytest.fixture
def parsed(monkeypatch):
    """Return the list of texts that the parser has seen since the beginning of the test; nothing is known before."""
    texts, parse = [], _grammar.parse

    def counted(text, start):
        texts.append(text)
        return parse(text, start)

    for cache in (_parse._parse, _analyse._analyse, _synapse._analyse):
        cache.cache_clear()
    monkeypatch.setattr(_grammar, "parse", counted)
    return texts


def texts_of(model, names):
    return sorted(text for name in names if (text := getattr(model, name)) and text.strip())


@pytest.mark.parametrize("builtin", NEURONS, ids=lambda b: b.__name__)
def test_each_text_of_a_neuron_is_parsed_once(builtin, parsed):
    """Oracle: the texts of the model, one call of the parser each; two analyses, alone and in the network."""
    net = snn.Network()
    net.create(2, builtin)
    net.create(3, builtin)
    assert sorted(parsed) == texts_of(builtin(), TEXTS)
    assert _analyse._analyse.cache_info().misses == 2


@pytest.mark.parametrize("builtin", SYNAPSES, ids=lambda b: b.__name__)
def test_each_text_of_a_synapse_is_parsed_once(builtin, parsed):
    """Oracle: the texts of the model, one call of the parser each; two analyses, alone and in the network."""
    net = snn.Network()
    P = net.create(2, snn.IF_curr_exp)
    parsed.clear()
    for _ in range(2):
        net.connect(P, P, target="exc", synapse=builtin).all_to_all(weights=1.0)
    assert sorted(parsed) == texts_of(builtin(), SYNAPSE_TEXTS)
    assert _synapse._analyse.cache_info().misses == 2


def test_other_gradients_need_no_parser_and_no_analysis(parsed):
    """Oracle: no call of either for another surrogate or reset; the model is equal but for what was asked."""
    net = snn.Network()
    P = net.create(2, snn.IF_curr_exp, name="P")
    net.monitor(P, "spike")
    sim = net.compile()
    parsed.clear()
    before = _analyse._analyse.cache_info().misses
    other = sim.with_surrogate("arctan", differentiable_reset=True).spec.population("P").neuron
    assert parsed == [] and _analyse._analyse.cache_info().misses == before
    assert other.analysed == sim.spec.population("P").neuron.analysed
    assert (other.surrogate_function.name, other.differentiable_reset) == ("arctan(alpha=2)", True)


def test_a_firing_rate_needs_no_parser(parsed):
    """Oracle: no call of the parser; the analysis adds the attribute `r`, and another window needs none."""
    neuron = snn.Neuron(equations="v += 1.0", spike="v > 3.0", reset="v = 0.0")
    parsed.clear()
    slow = replace(neuron, rate_window=100.0)
    analyses = _analyse._analyse.cache_info().misses
    fast = replace(slow, rate_window=10.0)
    assert parsed == [] and _analyse._analyse.cache_info().misses == analyses
    assert (slow.analysed.rate_window, fast.analysed.rate_window) == (100.0, 10.0)
    assert fast.analysed.names == (*neuron.analysed.names, "r")


@pytest.mark.parametrize("text", ["r = (", "r = nonsense"])
def test_a_mistake_is_reported_each_time(text):
    """Oracle: the first report, with its caret."""
    reports = []
    for _ in range(2):
        with pytest.raises(EquationError) as caught:
            snn.Network().create(1, snn.Neuron(equations=text))
        reports.append(str(caught.value))
    assert reports[0] == reports[1] and reports[0].endswith("^")


def test_equal_texts_of_two_models_keep_their_own_surroundings():
    """Oracle: by hand. `tau` is a constant of one network and unknown to the other, whose error shows it."""
    neuron = snn.Neuron(equations="r = tau")
    known, unknown = snn.Network(), snn.Network()
    known.constant("tau", 3.0)
    assert known.create(1, neuron).variables == ["r"]
    with pytest.raises(EquationError, match="unknown name `tau`"):
        unknown.create(1, neuron)
