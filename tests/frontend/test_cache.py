"""`setup(cache=)`: what one process compiles, the next one reads."""

import subprocess
import sys

SCRIPT = """
import sys
import jax, jaxsnn as snn

events = []
jax.monitoring.register_event_listener(lambda event, **_: events.append(event))
snn.setup(dt=1.0, seed=1, cache=sys.argv[1])
P = snn.Population(3, snn.LeakyIntegrator(tau=10.0, B=1.0))
snn.compile(silent=True)
snn.simulate(20.0)
hits, misses = (events.count(f"/jax/compilation_cache/cache_{kind}") for kind in ("hits", "misses"))
print(hits, misses, P.r.tolist())
"""


def test_a_second_process_compiles_nothing(tmp_path):
    """Oracle: JAX's own events: misses in the first process, as many hits in the second; the same numbers."""

    def told() -> list[str]:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / "cache")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(maxsplit=2)

    (hits, misses, first), (hits_again, misses_again, second) = told(), told()
    assert hits == "0" and int(misses) >= 2
    assert (hits_again, misses_again) == (misses, "0") and first == second
