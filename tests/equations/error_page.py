"""The page of the documentation with every mistake in a text: `python -m tests.equations.error_page` writes it."""

import re
from collections.abc import Iterator
from pathlib import Path

import jaxsnn as snn
from jaxsnn.errors import EquationError

from .mistakes import MISTAKES, SUSPICIOUS, Mistake

PAGE = Path(__file__).parents[2] / "docs" / "language-errors.md"
HEAD = """# Mistakes in a text

A mistake in a text is an [`EquationError`](reference/errors.md). It shows the line, with a caret below the place:

```text
unknown name `taw`. Did you mean `tau`?
  line 2: taw * dx/dt = -x
          ^
```

The table has one text for each message. {note}

| where | text | message |
|---|---|---|
"""
NOTE = "What is marked * runs in ANNarchy too: it is a warning in a script, and an error in a strict network."
SYNAPSES = """
## Synapses

| where | text | message |
|---|---|---|
"""
SYNAPSE_TEXTS = (
    ("equations", "dw/dt = etta * pre.r"),
    ("equations", "x = pre.r : postsynaptic"),
    ("equations", "x = post.r : projection"),
    ("equations", "x = 1 : population"),
    ("equations", "x = pre"),
    ("equations", "x = mean(w)"),
    ("equations", "dx/dt = 1.0 : event-driven"),
    ("equations", "dx/dt = post.r - x : event-driven"),
    ("equations", "x = t : event-driven"),
    ("parameters", "pre = 1.0"),
    ("psp", "w * Uniform(0, 1)"),
    ("pre_spike", "dw/dt = 1.0"),
    ("pre_spike", "w += Uniform(0, 1)"),
    ("pre_spike", "g_exc += w"),
    ("pre_spike", "w > 1"),
    ("pre_spike", "t = 1.0"),
    ("post_spike", "g_target += w"),
    ("post_spike", "x += 1 : unless_post"),
    ("pre_axon_spike", "w += 1.0"),
    ("creating", "pre.r > 1 : proba=2.0"),
    ("creating", "pre.r > 1 : probability=0.1"),
    ("pruning", "w < 0.1 : w=1.0"),
)
LONG = 100  # characters of a text, beyond which it shows nothing more


def _kinds() -> Iterator[tuple[Mistake, bool]]:
    """Yield one mistake for each message, whatever names it quotes, and whether it is only suspicious."""
    seen = set()
    for case, mistake in MISTAKES.items():
        kind = re.sub(r"`[^`]*`", "``", mistake.message)
        if kind not in seen and len(mistake.text) <= LONG:
            seen.add(kind)
            yield mistake, case in SUSPICIOUS


def _cell(text: str) -> str:
    return text.replace("\n", " ⏎ ").replace("\t", " ").replace("|", "\\|").replace("\0", "\\x00").strip()


def _code(text: str) -> str:
    """Return a text in backquotes, in two where it has one itself."""
    marks = "``" if "`" in text else "`"
    return f"{marks}{_cell(text)}{marks}" if text.strip() else "(blank)"


def message(where: str, text: str) -> str:
    """Return what is said of a text of a synapse, without the picture."""
    net = snn.Network()
    rates = net.create(1, snn.Neuron(parameters="r = 0.0"))
    spikes = net.create(1, snn.Neuron(equations="v = g_exc", spike="v > 1.0"))
    on_spikes = "spike" in where
    try:
        ends = (spikes, spikes) if on_spikes or "event-driven" in text else (rates, rates)
        net.connect(*ends, "exc", snn.Synapse(**{where: text})).all_to_all(1.0)
        net.compile()
    except EquationError as error:
        return str(error).partition("\n")[0]
    raise AssertionError(f"`{text}` as `{where}` is no mistake")


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| {mistake.where}{' *' if suspicious else ''} | {_code(mistake.text)} | {_cell(mistake.message)} |"
        for mistake, suspicious in _kinds()
    ]
    synapses = [f"| {where} | {_code(text)} | {_cell(message(where, text))} |" for where, text in SYNAPSE_TEXTS]
    return HEAD.format(note=NOTE) + "\n".join(rows) + "\n" + SYNAPSES + "\n".join(synapses) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
