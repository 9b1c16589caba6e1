"""Parameters as JSON, to be read and edited."""

import json

import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, ShapeError

NEURON = snn.Neuron(
    parameters="tau = 10.0 : population ; n = 3 : population, int ; on = True : population, bool ; c = 0.3",
    equations="tau * dr/dt = -r + c * k ; total = total + 1.0 : population, init = 0.5",
)
SYNAPSE = snn.Synapse(parameters="eta = 0.1 : projection ; gain = 2.0", equations="dw/dt = eta * gain * post.r")


def described(compiled=False):
    net = snn.Network(seed=1)
    net.constant("k", 1.5)
    P = net.create(2, NEURON, name="P")
    exc = net.connect(P, P, "exc", SYNAPSE, name="exc").all_to_all(weights=1.0, allow_self_connections=True)
    if compiled:
        net.compile()
    return net, P, exc


SAVED = {
    "populations": {"P": {"tau": 10.0, "n": 3, "on": True, "total": 0.5}},
    "projections": {"exc": {"eta": 0.1}},
    "network": {},
    "constants": {"k": 1.5},
}


@pytest.mark.parametrize("compiled", [False, True])
def test_save_parameters(compiled, tmp_path):
    """Oracle: the dictionary by hand: numbers that all neurons or synapses share, in as many digits as they have."""
    net, *_ = described(compiled)
    if compiled:
        net.simulate(3.0)
    net.save_parameters(tmp_path / "folder" / "parameters.json")
    assert json.loads((tmp_path / "folder" / "parameters.json").read_text()) == SAVED


@pytest.mark.parametrize("compiled", [False, True])
def test_values_of_now(compiled, tmp_path):
    """Oracle: the values that were assigned: present parameters, initial variables."""
    net, P, exc = described(compiled)
    P.tau, exc.eta = 20.0, 0.25
    net.get_constant("k").set(7.0)
    net.save_parameters(tmp_path / "parameters.json")
    found = json.loads((tmp_path / "parameters.json").read_text())
    assert (found["populations"]["P"]["tau"], found["projections"]["exc"]["eta"]) == (20.0, 0.25)
    assert found["constants"] == {"k": 7.0}


def test_what_is_drawn_is_left_out(tmp_path):
    net, P, _ = described()
    P.tau = snn.Uniform(5.0, 15.0)
    net.save_parameters(tmp_path / "parameters.json")
    assert "tau" not in json.loads((tmp_path / "parameters.json").read_text())["populations"]["P"]


def written(tmp_path, **sections):
    (tmp_path / "parameters.json").write_text(json.dumps(sections))
    return str(tmp_path / "parameters.json")


@pytest.mark.parametrize("compiled", [False, True])
def test_load_parameters(compiled, tmp_path, capsys):
    """Oracle: the values in the file; what has one value per neuron and unknown names are left out."""
    net, P, exc = described(compiled)
    sections = {
        "populations": {"P": {"tau": 20, "n": 4, "on": False, "total": 2.0, "c": 0.9, "unknown": 1}, "Q": {"x": 1}},
        "projections": {"exc": {"eta": 0.5, "gain": 3.0}},
        "network": {"number": 8},
        "constants": {"k": 3.0, "new": 4.0},
    }
    assert net.load_parameters(written(tmp_path, **sections), verbose=True) == {"number": 8.0}
    assert (P.tau, P.n, P.on, P.total, exc.eta) == (20.0, 4, False, 2.0, 0.5)
    assert P.c.tolist() == pytest.approx([0.3, 0.3])
    assert (exc.gain if not compiled else exc.gain[0][0]) == 2.0
    assert net.get_constant("k").value == 3.0
    assert ("new" in net._core.draft.constants) is not compiled
    lines = ["P.tau = 20", "P.n = 4", "P.on = False", "P.total = 2.0", "exc.eta = 0.5", "k = 3.0"]
    assert capsys.readouterr().out.splitlines() == lines + ([] if compiled else ["new = 4.0"])


def test_local_attributes(tmp_path, capsys):
    """Oracle: the values in the file, one for each neuron or synapse."""
    net, P, exc = described(True)
    gains = [[1.0, 2.0], [3.0, 4.0]]
    sections = {"populations": {"P": {"c": [0.5, 0.25]}}, "projections": {"exc": {"gain": gains, "w": gains}}}
    assert net.load_parameters(written(tmp_path, **sections), global_only=False) == {}
    assert (P.c.tolist(), exc.gain, exc.w) == ([0.5, 0.25], gains, gains)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"tau": 20.0, "c": [1.0, 2.0, 3.0]}, ShapeError, "`c` of population `P` .* takes a scalar or 2 values"),
        ({"tau": 20.0, "n": 3.5}, ArgumentError, "`n` of population `P` .* takes integers"),
    ],
)
def test_all_or_nothing(compiled, values, error, message, tmp_path):
    """Oracle: the values before."""
    net, P, _ = described(compiled)
    filename = written(tmp_path, populations={"P": values}, constants={"k": 9.0})
    with pytest.raises(error, match=message):
        net.load_parameters(filename, global_only=False)
    assert (P.tau, P.n, net.get_constant("k").value) == (10.0, 3, 1.5)
    net.load_parameters(written(tmp_path, populations={"P": {"tau": 20.0}}))
    assert P.tau == 20.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is no JSON (Expecting property name"),
        ("\xff", "this is no JSON ("),
        ("[" * 100_000, "this is no JSON ("),
        ("[1, 2]", "the file is a dictionary of names, not [1, 2]"),
        ('{"population": {}}', "unknown section `population`. Did you mean `populations`?"),
        ('{"populations": 3}', "`populations` is a dictionary of names, not 3"),
        ('{"populations": {"P": [1]}}', "`P` is a dictionary of names, not [1]"),
        ('{"populations": {"P": {"tau": "10"}}}', '`tau` of `P` is a finite number, or a list of them, not "10"'),
        (
            '{"projections": {"exc": {"w": [[1], ["a"]]}}}',
            '`w` of `exc` is a finite number, or a list of them, not [[1], ["a"]]',
        ),
        ('{"network": {"x": [1]}}', "`x` in `network` is a finite number, not [1]"),
        ('{"constants": {"k": true}}', "`k` in `constants` is a finite number, not true"),
        (
            '{"constants": {"k": "%s"}}' % ("long" * 20),
            '`k` in `constants` is a finite number, not "longlonglonglonglonglonglonglonglong...',
        ),
    ],
)
def test_wrong_files(text, message, tmp_path):
    net, *_ = described()
    (tmp_path / "parameters.json").write_bytes(text.encode("latin1"))
    with pytest.raises(FileFormatError) as caught:
        net.load_parameters(tmp_path / "parameters.json")
    assert f"`{tmp_path / 'parameters.json'}`: {message}" in str(caught.value)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        described()[0].load_parameters(tmp_path / "nowhere.json")


def test_the_surface_of_annarchy(tmp_path):
    """Oracle: the value before."""
    snn.Constant("k", 1.0)
    P = snn.Population(1, NEURON, name="P")
    snn.save_parameters(str(tmp_path / "parameters.json"))
    P.tau = 1.0
    assert snn.load_parameters(str(tmp_path / "parameters.json")) == {}
    assert P.tau == 10.0
