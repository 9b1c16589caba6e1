"""Draw the figures of docs/gradients.md: `python docs/figures/gradients.py`."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import jaxsnn as snn

HERE = Path(__file__).parent


def surrogates() -> None:
    """Draw all surrogates with their defaults."""
    figure = snn.surrogates.plot().figure
    figure.set_size_inches(7, 4)
    figure.savefig(HERE / "surrogates.png", dpi=100)


def doctor() -> None:
    """Draw the diagnosis of a recurrent network whose gradient explodes."""
    net = snn.Network(dt=1.0, seed=1)
    noise = net.create(snn.inputs.PoissonPopulation(40, rates=60.0), name="noise")
    hidden = net.create(50, snn.IF_curr_exp(v_rest=-65.0, v_reset=-65.0, v_thresh=-50.0, cm=0.2), name="hidden")
    net.connect(noise, hidden, "exc", name="in").fixed_probability(0.5, weights=snn.Uniform(0.0, 0.25))
    net.connect(hidden, hidden, "exc", name="rec").fixed_probability(0.2, weights=snn.Uniform(0.0, 0.05))
    net.monitor(hidden, "spike")
    sim = net.compile()
    wide = sim.with_surrogate(snn.surrogates.fast_sigmoid(beta=0.2))
    diagnosis = snn.diagnose(wide, *sim.init(0), 150.0, lambda records: records["hidden"]["spike"][-50:].mean(), "*.w")
    print(diagnosis)  # noqa: T201 - the report that the page shows
    diagnosis.plot().savefig(HERE / "doctor.png", dpi=100)


if __name__ == "__main__":
    surrogates()
    doctor()
