"""Strict rules for the whole suite, how it compiles and shares out, and the networks that many tests share."""

import gc
import os

os.environ.setdefault("MPLBACKEND", "Agg")
# Linear algebra of NumPy is small here; its threads would take the cores from the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import jax
import numpy as np
import pytest

import jaxsnn as snn

# The same examples in every run: a change lands or not by what it changes.
hypothesis.settings.register_profile("repeatable", derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")
jax.config.update("jax_numpy_rank_promotion", "raise")

# Most of the suite's time is compilation of programs that run once, for milliseconds.
QUICK_COMPILATION = ["--xla_backend_optimization_level=0", "--xla_cpu_parallel_codegen_split_count=1"]
if jax.__version_info__ < (0, 11):  # XLA ends a process that is given a flag that it does not know
    QUICK_COMPILATION.append("--xla_cpu_use_fusion_emitters=false")


class DefaultNetwork:
    """Settings of every test, an example in a docstring included, which lies outside the folder of this file."""

    @pytest.fixture(autouse=True)
    def fresh_default_network(self):
        """Give every test its own default network, with the settings that `setup` begins with."""
        snn.clear()
        yield
        snn.clear()
        snn.setup(dt=1.0, method="explicit")
        snn.clear()


def pytest_addoption(parser):
    parser.addoption("--optimised", action="store_true", help="compile as users do; slower, and needed by some tests")


def pytest_configure(config):
    """Choose how XLA compiles, before JAX starts it; processes that tests start inherit it."""
    if not config.getoption("--optimised"):
        os.environ["XLA_FLAGS"] = " ".join([*QUICK_COMPILATION, os.environ.get("XLA_FLAGS", "")]).strip()
    config.pluginmanager.register(DefaultNetwork())
    # Tracing makes many small objects that live on: collections that look at all of them find nothing.
    gc.set_threshold(50_000, 50, 1000)


def pytest_collection_modifyitems(config, items):
    """Leave out what only the optimised programs promise, unless they are compiled."""
    if config.getoption("--optimised"):
        return
    for item in items:
        mark = item.get_closest_marker("optimised")
        if mark and mark.kwargs.get("only"):
            item.add_marker(pytest.mark.skip("a promise of optimised programs: run it with --optimised"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give all tests of a file to one worker, which compiles the networks that they share once."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


@pytest.fixture
def double():
    """Run a test in double precision, where ANNarchy's traces are."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


class Compilations:
    """Counts what XLA compiles."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, event: str, _seconds: float, **_: object) -> None:
        self.count += event == "/jax/core/compile/backend_compile_duration"


COMPILATIONS = Compilations()
jax.monitoring.register_event_duration_secs_listener(COMPILATIONS)


@pytest.fixture
def compilations():
    """Return the counter of compilations, set to zero."""
    COMPILATIONS.count = 0
    return COMPILATIONS


def acceptance(net: snn.Network, n: int = 1000, seed: int = 0) -> tuple[snn.Network, object, object]:
    """Describe the acceptance network (80 % excitatory) in `net`; return the network, its population and monitor."""
    draw = np.random.default_rng(seed)
    n_exc = n * 4 // 5
    P = net.create(n, snn.Izhikevich, name="P")
    exc, inh = P[:n_exc], P[n_exc:]
    re, ri = draw.random(n_exc), draw.random(n - n_exc)
    exc.set({"noise": 5.0, "a": 0.02, "b": 0.2, "c": -65.0 + 15.0 * re**2, "d": 8.0 - 6.0 * re**2, "v": -65.0})
    inh.set({"noise": 2.0, "a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "c": -65.0, "d": 2.0, "v": -65.0})
    P.u = P.v * P.b
    net.connect(exc, P, target="exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
    net.connect(inh, P, target="inh", name="inh").all_to_all(weights=snn.Uniform(0.0, 1.0))
    return net, P, net.monitor(P, "spike")
