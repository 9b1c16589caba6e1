"""Reports of whole networks, in LaTeX and in Markdown."""

import re
import shutil
import subprocess

import pytest

import jaxsnn as snn
from jaxsnn import errors

from .test_formula import is_balanced


def described() -> snn.Network:
    """Return a network with a bit of everything."""
    net = snn.Network(dt=0.5)
    net.constant("gain_0", 2e-7)
    P = net.create((10, 8), snn.Izhikevich(noise=5.0), name="P_1")
    P.v = snn.Normal(-65.0, 5.0)
    Q = net.create(
        4, snn.Neuron("tau = 10.0 : population", "tau * dv/dt + v = sum(exc) * gain_0\nr = pos(v)"), name="Q"
    )
    Q.v = [1.0, 2.0, 3.0, 4.0]
    noise = net.create(snn.inputs.PoissonPopulation(80, rates=20.0), name="noise 50%")
    net.connect(noise, P, "exc").one_to_one(weights=0.2)
    net.connect(P[:5], P, "exc", snn.STDP(), name="e").fixed_probability(
        0.1, snn.Uniform(0.0, 0.5), snn.Uniform(1.0, 5.0)
    )
    net.connect(P[5:], P, "exc", snn.STDP(), name="f").all_to_all(weights=1.0)
    net.connect(Q, Q, "exc", snn.Synapse(psp="w * pre.r * post.v")).fixed_number_pre(number=3, weights=1.0)
    net.decoding(P, Q, "exc", window=10.0).all_to_all(weights=1.0)
    net.monitor(P, ["spike", "v"], period=5.0)
    return net


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the texts of three reports."""
    folder, net = tmp_path_factory.mktemp("reports"), described()
    net.report(folder / "a.tex", title="A & B", author="C_D", date="today")
    net.report(folder / "a.md", date="today")
    net.report(folder / "part.tex", standalone=False, gather_subprojections=True)
    return folder, {file.name: file.read_text() for file in folder.iterdir()}


def test_markdown_has_every_part_of_the_network(written):
    """Oracle: the description above, after the tables of Nordlie et al. (2009)."""
    text = written[1]["a.md"]
    titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert titles == [
        "Model summary", "Populations", "Connectivity", "Neuron models", "Synapse models", "Parameters", "Input",
        "Measurements",
    ]  # fmt: skip
    for row in (
        r"| P\_1 | Izhikevich | 80 = 10 x 8 |",
        r"| P\_1 (5 of 80) | P\_1 | exc | STDP | Random, $p = 0.1$<br>weights $\mathrm{Uniform}",
        "| Q | Q | exc | Synapse 1 | Random Convergent, $n = 3$<br>weights $1$ |",
        r"| P\_1 | Q | exc | decoding | All-to-All<br>weights $1$ |",
        r"$\tau \, \frac{\mathrm{d}v}{\mathrm{d}t} + v = \mathrm{sum}\left(\mathrm{exc}\right) \, \mathrm{gain}_{0}$",
        r"| Contribution | $w \, {r}^{\mathrm{pre}} \, {v}^{\mathrm{post}}$ |",
        r"| P\_1 | $v(0)$ | $\mathrm{Normal}\left(\mu = -65,\; \sigma = 5\right)$ |",
        r"| Q | $v(0)$ | $1 \ldots 4$ |",
        r"| network | $\mathrm{gain}_{0}$ | $2 \times 10^{-7}$ |",
        "| noise 50% | Poisson spike trains. |",
        r"| P\_1 | spike, v | 5 ms |",
    ):
        assert row in text


def test_every_row_of_markdown_has_the_cells_of_its_table(written):
    """Oracle: the number of bars of the row above."""
    blocks = re.findall(r"(?:^\|.*\n)+", written[1]["a.md"], re.MULTILINE)
    assert len(blocks) == 12
    for block in blocks:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(counts) == 1, block


@pytest.mark.parametrize("name", ["a.tex", "part.tex"])
def test_latex_is_balanced_and_holds_no_bare_special_character(written, name):
    """Oracle: every environment and bracket is closed; outside of formulas special characters have a backslash."""
    text = written[1][name]
    assert is_balanced(text)
    plain = re.sub(r"\$[^$]*\$", "", text)
    names = [r"P\_1", r"noise 50\%", "STDP"]
    assert all(name in plain for name in names)
    assert not re.search(r"(?<!\\)[_%#^]", plain)
    tables = re.findall(r"\\begin\{longtable\}\{([^\n]*)\}\n\\hline\n(.*?)\\end\{longtable\}", plain, re.DOTALL)
    assert len(tables) == 12
    for columns, body in tables:
        rows = re.split(r" \\\\(?: \\hline)?\n", body.replace("\\endhead\n", ""))
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows if row.strip()} == {columns.count("p{")}


def test_a_part_has_no_preamble_and_gathers_projections(written):
    """Oracle: the two projections from parts of P to P are one row."""
    whole, part = written[1]["a.tex"], written[1]["part.tex"]
    assert r"\title{A \& B}" in whole
    assert r"\author{C\_D}" in whole
    assert "documentclass" not in part
    assert (whole.count("(5 of 80)"), whole.count("(75 of 80)")) == (1, 1)
    assert (part.count("(5 of 80)"), part.count("(75 of 80)")) == (1, 0)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_compiles(written):
    """Oracle: pdflatex ends without an error, and no line is too long for its column."""
    folder, texts = written
    whole = texts["a.tex"].split(r"\begin{document}")[0] + r"\begin{document}\input{part}\end{document}"
    (folder / "b.tex").write_text(whole)
    for name in ("a", "b"):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "Overfull" not in done.stdout


def test_present_values_are_reported_after_compile(tmp_path):
    """Oracle: the values that were assigned."""
    net = snn.Network()
    P = net.create(2, snn.LeakyIntegrator, name="P")
    net.compile()
    P.B = [0.25, 0.5]
    net.report(tmp_path / "now.qmd")
    assert "| P | $B$ | $0.25 \\ldots 0.5$ |" in (tmp_path / "now.qmd").read_text()


def test_the_default_network_is_reported_as_in_annarchy(tmp_path, monkeypatch):
    """Oracle: it ran in ANNarchy 4.8.2; another kind of file is an error with a message."""
    monkeypatch.chdir(tmp_path)
    snn.Population(2, snn.Izhikevich, name="P")
    snn.report()
    snn.report("r.md", True, False, "Title", "Author", "Date", 0)
    assert "Quadratic integrate-and-fire" in (tmp_path / "report.tex").read_text()
    assert (tmp_path / "r.md").read_text().startswith('---\ntitle: "Title"\nauthor: "Author"\ndate: "Date"\n---\n')
    with pytest.raises(errors.ArgumentError, match=r"a report is a `.tex`, `.md` or `.qmd` file, not 'r.txt'"):
        snn.report("r.txt")
