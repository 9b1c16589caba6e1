"""What a step does to a lone population: ANNarchy's recorded probes, and the rules behind them one by one."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

import jaxsnn as snn
from jaxsnn.equations import NeuronTexts, analyse_neuron

from .running import Lone, golden, rate, run, run_one

RTOL = 1e-9

# ANNarchy's probes

PROBES = {
    "seq": rate("a = t\nr = a + b\nb = 10*a"),
    "odeblock": rate("dr/dt = y : init=1\ndy/dt = r : init=0\nz = r + y\ndk/dt = z\nq = k"),
    "bounds": rate("r += 1 : max=mx\nz = 2*r : min=2.5", "mx = 3.0"),
    "tt": rate("r = t\nn += 1 : int\nflag = t > 3 : bool\nri = t + dt"),
    "glob": rate(
        "y = x0*t : init=5\nr = mean(y)\nm2 = max(y)\nm3 = min(y)\nm4 = norm1(y)\nm5 = norm2(y)",
        "x0 = 0.0",
        size=3,
        x0=[1.0, 2.0, 3.0],
    ),
    "cond": rate("""
        r = if t < 3: 1
            else: if t < 6: 2
            else: 3
        y = ite(t > 4, 10, 20)
        z = modulo(t, 3)
        c = clip(t, 2, 5)
        pw = power(2, 3)
        po = pos(t - 3)
        ne = neg(t - 3)
        ab = fabs(t - 3)
    """),
    "ramp": rate("r = t + 1"),
    "rst": Lone(snn.Neuron(equations="v += 1 ; w += 0", spike="v >= 3", reset="w = v\nv = 0")),
    "refr_explicit": Lone(
        snn.Neuron(
            parameters="tau = 10.0",
            equations="tau * dv/dt = -v + 5 + g_exc\nx = x + 1",
            spike="v > 2",
            reset="v = 1",
            refractory=3.0,
        )
    ),
    "fr": Lone(snn.Neuron(equations="v += 1", spike="v >= 4", reset="v = 0", rate_window=20.0)),
}


@cache
def probes():
    """Return the recordings of all probes: one network, 30 steps of 1 ms."""
    return run(PROBES, steps=30)


def test_all_probes_are_here():
    assert set(PROBES) == set(golden("single_population_probes")) - {"_meta", "refractory_truncation"}


@pytest.mark.parametrize("probe", PROBES)
def test_probes_of_annarchy(probe, double):
    """Oracle: ANNarchy 4.8.2, `probes` of golden.json, 30 steps at dt = 1 ms in double precision."""
    recorded = golden("single_population_probes")[probe]
    for variable, expected in recorded.items():
        if variable == "spike":
            assert probes()[probe]["spike"] == {int(rank): steps for rank, steps in expected.items()}
        else:
            found = probes()[probe][variable]
            np.testing.assert_allclose(found, expected, rtol=RTOL, atol=0, err_msg=f"{probe}.{variable}")


@pytest.mark.parametrize(
    "trace, lone",
    [
        ("num_stiff_explicit", rate("tau * dr/dt + r = sin(2*pi*t/5) : init=2", "tau = 0.35")),
        ("num_oscillator_explicit", rate("dr/dt = -om * y : init=1\ndy/dt = om * r : explicit", "om = 2.0")),
    ],
)
def test_explicit_euler_traces_of_annarchy(trace, lone, double):
    """Oracle: ANNarchy 4.8.2, `traces` of golden.json, dt = 0.1 ms in double precision, rtol 1e-9."""
    recorded = golden("explicit_euler_traces")[trace]
    steps = recorded["sample_steps"]
    found = run_one(lone, steps[-1] + 1, dt=0.1)
    for variable, expected in recorded["values"].items():
        # Near a zero of the sine the rounding of pi * t / 5 is what is left.
        np.testing.assert_allclose(found[variable][steps, 0], expected, rtol=RTOL, atol=1e-15, err_msg=variable)


def test_refractory_period_is_truncated_to_steps(double):
    """Oracle: ANNarchy 4.8.2, `probes_extra.refractory_truncation` of golden.json: 0.25 ms at dt 0.1 are 2 steps."""
    neuron = snn.Neuron(equations="v = 2", spike="v > 1", refractory=0.25)
    recorded = golden("single_population_probes")["refractory_truncation"]
    assert run_one(Lone(neuron), 22, dt=0.1)["spike"] == {0: recorded["spike_steps"]}


# The rules, one by one. One network holds all populations whose step is 1 ms.

SPIKING = {"spike": "v >= 3", "reset": "v = 0"}

RULES = {
    "sequence": rate("first = second + 1\nsecond = first * 2\nr = first + second"),
    "increments": rate("a += 2\nb -= 2\nc *= 2 : init=1\nd /= 2 : init=1"),
    "two blocks": rate("dx/dt = y : init=1\ndy/dt = x : init=2\nm = x\ndz/dt = x + y\ndu/dt = z"),
    "form of the ODE": rate(
        """
        da/dt = (3 - a) / tau
        tau * db/dt = 3 - b
        tau * dc/dt + c = 3
        -(dd/dt * tau) - d = -3
        (-2 * de/dt) * tau / 2 - e = -3
        """,
        "tau = 4.0",
    ),
    "bounds at the switch": rate("dx/dt = 1 : max=2\ndy/dt = x\ndz/dt = 10 : max=x + 3\nw = x"),
    "bounds of bounds": rate("x = t : min=low, max=2*low + n\nn += 1", "low = 2.0"),
    "population": rate("y = t\ns += 1 : population, init=10, max=13\nm = mean(y) : population\nr = s + y", size=2),
    "population first": rate("a = s\ns = t : population\nb = s"),
    "storage": rate(
        """
        n += 1.75 : int
        m = -7 / 2 : int
        half = k / 2
        third = k / three
        square = k ^ 2
        inverse = k ^ -1
        root = sqrt(k)
        big = (k * 100000) ^ 2
        truth = n > 3 : bool
        any = n - 1 : bool
        sum_of_truths = truth + truth
        negative_truth = -truth
        opposite = not truth
        chosen = if truth: True else: False
        yes = True : bool
        """,
        "k = 7 : int\nthree = 3 : int\non = True",
    ),
    "last spike": Lone(snn.Neuron(equations="v += 1 ; since = t - t_last ; last = t_last", **SPIKING)),
    "order in reset": Lone(
        snn.Neuron(
            equations="v += 1 ; a += 0 ; b += 0 ; late = v",
            spike="v >= 3",
            reset="a = v ; v = 0 ; b = v + a ; v += 0.5",
        )
    ),
    "bounds in reset": Lone(
        snn.Neuron(
            equations="v += k ; low -= 1", parameters="k = 1.0", spike="v >= 3", reset="v = 0 ; low += 1 : min=0"
        ),
        size=2,
        values={"k": [1.0, 0.0]},
    ),
    "condition": Lone(
        snn.Neuron(
            equations="v += 1 ; u = modulo(v, 2)",
            spike="(v > 3 and u is not 0)\n or not v < 6",
            reset="",
        )
    ),
    "refractory": Lone(
        snn.Neuron(
            parameters="tau_refrac = 2.0 ; E = 1.0",
            equations="""
                dg_exc/dt = 0.5
                dx/dt = 1
                n += 1 : max=6 - t
                dq/dt = 1 : max=5 - t
                y = x
                s += 1 : population
                v += E
            """,
            spike="v >= 2",
            reset="v = 0",
            refractory="tau_refrac",
        ),
        size=3,
        values={"tau_refrac": [0.0, 2.0, 2.9]},
    ),
    "refractory that changes": Lone(
        snn.Neuron(
            parameters="", equations="v += 1 ; rest += 0", spike="v >= 1", reset="v = 0 ; rest += 1", refractory="rest"
        )
    ),
    "initial values": rate(
        "x += 0 : init=-65\ny += 0 : init=2*a + 1\nz += 0\nb += 0 : init=True, bool\nk += 0 : int, init=3", "a = 4.0"
    ),
    "reductions": rate(
        "y = sign * t : init=-50\nlow = min(y) : population\nspan = max(y) - low\nof_parameter = norm1(sign)",
        "sign = 1.0",
        size=4,
        sign=[1.0, -2.0, 0.5, 0.0],
    ),
    "all inputs": rate("r = sum() + sum(exc) + 1"),
}


@cache
def rules():
    """Return the recordings of all rules: one network, 8 steps of 1 ms."""
    return run(RULES, steps=8)


def check(rule: str, **expected):
    """Compare recordings with what is expected, exactly; one value per step, neuron by neuron or for all."""
    for variable, values in expected.items():
        found = rules()[rule][variable]
        values = np.asarray(values, float)
        wanted = values[:, None] if values.ndim == 1 and found.ndim == 2 else values
        np.testing.assert_array_equal(found, np.broadcast_to(wanted, found.shape), err_msg=f"{rule}.{variable}")


STEP = np.arange(8)


def test_assignments_see_what_stands_above(double):
    """Oracle: the loop of Python below; `first` reads last step's `second`."""
    first, second, rows = 0.0, 0.0, []
    for _ in STEP:
        first = second + 1
        second = first * 2
        rows.append((first, second, first + second))
    check("sequence", **dict(zip(("first", "second", "r"), np.transpose(rows), strict=True)))


def test_increments(double):
    """Oracle: closed forms."""
    check("increments", a=2 * (STEP + 1), b=-2 * (STEP + 1), c=2.0 ** (STEP + 1), d=0.5 ** (STEP + 1))


def test_an_assignment_splits_a_block(double):
    """Oracle: explicit Euler in Python; x and y switch together, the second block sees the new x, y, but the old z."""
    x, y, z, u, rows = 1.0, 2.0, 0.0, 0.0, []
    for _ in STEP:
        x, y = x + y, y + x
        z, u = z + (x + y), u + z
        rows.append((x, y, x, z, u))
    check("two blocks", **dict(zip("xymzu", np.transpose(rows), strict=True)))


def test_every_form_of_an_ode_is_the_same_ode(double):
    """Oracle: explicit Euler of tau x' = 3 - x in Python, tau = 4, exact in binary."""
    x, rows = 0.0, []
    for _ in STEP:
        x += (3 - x) / 4
        rows.append(x)
    check("form of the ODE", a=rows, b=rows, c=rows, d=rows, e=rows)


def test_a_square_is_no_linear_term(double):
    """Oracle: tau x' + x = A by hand: of (x + 1)(x + 2) = x^2 + 3 x + 2 the term 3 x is linear, x^2 is part of A."""
    explained = (
        "dr/dt = -(r + 1) * (r + 2) : exponential, init=0.5\ndy/dt = -(y + 1) * (y + 2) : semiimplicit, init=0.5"
    )
    found, dt, r, y, rows = run_one(rate(explained), 6, dt=0.1), 0.1, 0.5, 0.5, []
    for _ in range(6):
        r += (1 - np.exp(-3 * dt)) * (-(r**2 + 2) / 3 - r)
        y += 3 * dt / (1 + 3 * dt) * (-(y**2 + 2) / 3 - y)
        rows.append((r, y))
    np.testing.assert_allclose(np.concatenate([found["r"], found["y"]], axis=1), rows, rtol=1e-12)


def test_bounds_apply_at_the_switch(double):
    """Oracle: explicit Euler in Python; y sees the bounded x of the step before, the bound of z the new x."""
    x, y, z, rows = 0.0, 0.0, 0.0, []
    for _ in STEP:
        slopes = (1.0, x, 10.0)
        x = min(x + slopes[0], 2.0)
        y += slopes[1]
        z = min(z + slopes[2], x + 3)
        rows.append((x, y, z, x))
    check("bounds at the switch", **dict(zip("xyzw", np.transpose(rows), strict=True)))


def test_bounds_are_expressions(double):
    """Oracle: NumPy's clip; n is still that of the step before."""
    check("bounds of bounds", x=np.clip(STEP, 2, 4 + STEP))


def test_population_variables_have_one_value(double):
    """Oracle: worked by hand; a mean is that of the step before, 0 in the first."""
    assert rules()["population"]["s"].shape == (8,)
    s = np.minimum(11 + STEP, 13)
    check("population", s=s, m=np.maximum(STEP - 1, 0), r=s + STEP)


def test_population_variables_come_first(double):
    """Oracle: the rule; `a` stands above `s` and sees its new value all the same."""
    check("population first", a=STEP, b=STEP)


def test_storage_of_integers_and_booleans(double):
    """Oracle: C's conversions (truncation towards zero, truth of what is not zero).

    Division is true division, in jaxsnn as documented: in C and ANNarchy 7/2 of integers is 3.
    """
    n = [1]
    for _ in STEP[1:]:
        n.append(int(n[-1] + 1.75))
    n = np.array(n)
    check("storage", n=n, m=-3 + 0 * STEP, half=3.5 + 0 * STEP, square=49 + 0 * STEP, big=7e5**2 + 0 * STEP)
    check("storage", truth=n > 3, any=n != 1, sum_of_truths=2.0 * (n > 3), negative_truth=-1.0 * (n > 3))
    check("storage", opposite=n <= 3, chosen=n > 3, yes=1 + 0 * STEP)
    for name, value in {"third": 7 / 3, "inverse": 1 / 7, "root": np.sqrt(7)}.items():  # in double, not in single
        np.testing.assert_allclose(rules()["storage"][name], value, rtol=1e-15, err_msg=name)
    stored = {name: str(rules()["storage"][name].dtype) for name in ("n", "truth", "half")}
    assert stored == {"n": "int32", "truth": "bool", "half": "float64"}


def test_t_last_is_the_time_of_the_last_spike(double):
    """Oracle: reference section 2: -10000 steps before the first spike; v reaches 3 at steps 2, 5, 8."""
    last = np.array([-10000] * 3 + [2] * 3 + [5] * 2)
    check("last spike", last=last, since=STEP - last)
    assert rules()["last spike"]["spike"] == {0: [2, 5]}


def test_reset_statements_run_in_order(double):
    """Oracle: worked by hand; the neuron spikes at steps 2, 5; `late` has the value before the reset."""
    v = [1, 2, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5]
    a = [0, 0, 3, 3, 3, 3.5, 3.5, 3.5]
    check("order in reset", v=v, a=a, b=a, late=[1, 2, 3, 1.5, 2.5, 3.5, 1.5, 2.5])


def test_bounds_in_reset_are_for_neurons_that_spike(double):
    """Oracle: worked by hand; the second neuron never spikes and its `low` falls freely."""
    low = np.transpose([[-1, -2, 0, -1, -2, 0, -1, -2], -(STEP + 1)])
    check("bounds in reset", low=low)


def test_conditions_combine(double):
    """Oracle: Python; v is the step plus one."""
    v = STEP + 1
    expected = STEP[((v > 3) & (v % 2 != 0)) | (v >= 6)]
    assert rules()["condition"]["spike"] == {0: expected.tolist()}


def test_refractory_neurons_stand_still(double):
    """Oracle: reference section 6 as a loop of Python.

    ODEs and assignments of refractory neurons stand still, except ODEs of conductances and population variables; a
    bound applies to all; 2.9 ms are two steps; 0 ms are none.
    """
    for i, pause in enumerate((0, 2, 2)):
        wait, x, n, q, y, v, rows, spikes = 0, 0.0, 0.0, 0.0, 0.0, 0.0, [], []
        for step in STEP:
            active = wait == 0
            x += active
            n, q = min(n + active, 6 - step), min(q + active, 5 - step)
            y = x if active else y
            v, wait = v + active, max(wait - 1, 0)
            if active and v >= 2:
                v, wait = 0.0, pause
                spikes.append(int(step))
            rows.append((x, n, q, y, v))
        found = rules()["refractory"]
        got = np.stack([found[name][:, i] for name in "xnqyv"], axis=1)
        np.testing.assert_array_equal(got, np.array(rows))
        assert found["spike"][i] == spikes
    check("refractory", s=STEP + 1)


def test_conductances_are_recorded_before_the_update(double):
    """Oracle: reference section 2: monitors see g after transmission and before its own equation."""
    check("refractory", g_exc=0.5 * STEP)


def test_refractory_period_of_a_variable_is_read_after_the_reset(double):
    """Oracle: worked by hand; pauses of 1, 2, 3 ... steps, because the reset lengthens the period first."""
    assert rules()["refractory that changes"]["spike"] == {0: [0, 2, 5]}


def test_initial_values(double):
    """Oracle: the text; a parameter may stand in an initial value."""
    one = 0 * STEP
    check("initial values", x=one - 65, y=one + 9, z=one, b=one + 1, k=one + 3)


def test_reductions_lag_one_step(double):
    """Oracle: NumPy, one step late, 0 in the first step whatever the initial value."""
    y = np.array([1.0, -2.0, 0.5, 0.0]) * STEP[:, None]
    low, high = (np.concatenate([[0.0], f(y, axis=1)[:-1]]) for f in (np.min, np.max))
    check("reductions", y=y, low=low, span=high - low, of_parameter=[0] + [3.5] * 7)


def test_inputs_without_projections_are_zero(double):
    check("all inputs", r=1 + 0 * STEP)


# What the analysis adds

TARGETS = {
    "equations": ({"equations": "v = g_exc - g_inh"}, ("exc", "inh")),
    "spike": ({"equations": "v = 0", "spike": "g_exc > 1"}, ("exc",)),
    "reset": ({"equations": "v = 0", "reset": "g_exc = 0"}, ("exc",)),
    "a bound": ({"equations": "v = 0 : max=g_exc"}, ("exc",)),
    "its own equation": ({"equations": "v = 0 ; tau*dg_exc/dt = -g_exc", "parameters": "tau = 5.0"}, ("exc",)),
    "a parameter": ({"equations": "v = g_leak", "parameters": "g_leak = 10.0"}, ()),
}


@pytest.mark.parametrize("case", TARGETS)
def test_targets_are_the_conductances_that_are_named(case):
    """Oracle: reference section 3.5, by hand."""
    texts, targets = TARGETS[case]
    assert snn.Neuron(**{"spike": "v > 1", **texts}).analysed.targets == targets


def test_conductances_without_an_equation_are_instantaneous():
    """Oracle: reference section 3.5: inputs accumulate where an equation says so, and nowhere else."""
    neuron = snn.Neuron(equations="v = g_a + g_b\ndg_b/dt = -g_b\nw = g_a", spike="v > 1").analysed
    assert (neuron.instantaneous, neuron.targets) == (("g_a",), ("b", "a"))


def test_inputs_of_a_rate_coded_neuron():
    """Oracle: the text; a target may be called as a Python keyword."""
    neuron = snn.Neuron(equations="r = sum(exc) - sum(in) + sum(exc)").analysed
    assert (neuron.sums, neuron.sums_all, neuron.targets) == (("exc", "in"), False, ())
    neuron = snn.Neuron(equations="r = sum() + sum(exc)").analysed
    assert (neuron.sums, neuron.sums_all, neuron.targets) == (("exc",), True, ())


def test_flags_without_effect():
    """Oracle: the same text without them; `unless_refractory` does nothing in ANNarchy 4.8 either."""
    flagged = analyse_neuron(
        NeuronTexts("a = 1 : float", "r = a : unless_refractory, float\ndx/dt = -x : unless_refractory")
    )
    assert flagged == analyse_neuron(NeuronTexts("a = 1", "r = a\ndx/dt = -x"))


# Time and precision


@pytest.mark.parametrize("precision", ["single", "double"])
def test_whole_refractory_periods_survive_rounding(precision, request):
    """Oracle: the number of steps by hand. 0.3 / 0.1 is 2.9999999999999996: ANNarchy makes 2 steps of it, jaxsnn 3."""
    if precision == "double":
        request.getfixturevalue("double")
    texts = {"equations": "v = 1", "spike": "v > 0"}
    steps = np.arange(1, 101)
    found = run(
        {
            "by name": Lone(snn.Neuron("p = 0.0", **texts, refractory="p"), len(steps), {"p": steps * 0.1}),
            "as a number": Lone(snn.Neuron(**texts, refractory=0.3)),
        },
        steps=102,
        dt=0.1,
    )
    pauses = [b - a - 1 for a, b in (found["by name"]["spike"][i][:2] for i in range(len(steps)))]
    assert pauses == steps.tolist()
    assert found["as a number"]["spike"][0][:3] == [0, 4, 8]


def test_time_is_a_step_count(double):
    """Oracle: step * dt, rounded once; a sum of dt would drift."""
    found = run_one(rate("r = t ; q = dt"), 1000, dt=0.1)
    np.testing.assert_array_equal(found["r"][:, 0], np.arange(1000) * 0.1)
    assert np.all(found["q"] == 0.1)


# Random numbers

DRAWS = rate(
    """
    same = Uniform(0, 1) - Uniform(0, 1)
    twice = 2*Uniform(0, 1) - (Uniform(0, 1) + Uniform(0.0, 1.0))
    first = Uniform(0, 1)
    second = Uniform(0, 1)
    mixed = Uniform(0, 1) - Uniform(0, 2)
    dx/dt = Normal(0, 1) - x
    shared = Uniform(0, 1) : population
    copy = shared
    bounded = 5 : max=Uniform(0, 1)
    own = Uniform(scale, 2*scale)
    """,
    "scale = 1.0",
    size=50,
    scale=2.0 ** np.arange(-25, 25),
)
LAWS = {
    "Uniform(-1, 3)": stats.uniform(-1, 4),
    "Normal(2, 0.5)": stats.norm(2, 0.5),
    "LogNormal(0.5, 0.25)": stats.lognorm(0.25, scale=np.exp(0.5)),
    "Exponential(4)": stats.expon(scale=1 / 4),
    "Gamma(2, 3)": stats.gamma(2, scale=3),
    "Exponential(2 * rate)": stats.expon(scale=1 / 8),
}
COUNTS = {"DiscreteUniform(1, 3)": stats.randint(1, 4), "Binomial(10, 0.25)": stats.binom(10, 0.25)}
ALL_LAWS = [*LAWS, *COUNTS]


@cache
def draws():
    """Return the recordings of all draws: 200 steps of 50 neurons, one seed."""
    laws = rate("\n".join(f"x{i} = {text}" for i, text in enumerate(ALL_LAWS)), "rate = 4.0 : population", size=50)
    return run({"draws": DRAWS, "laws": laws}, steps=200)


def test_equal_text_in_one_equation_is_one_draw(double):
    """Oracle: reference section 3.5: `Uniform(0, 1) - Uniform(0, 1)` is 0."""
    assert np.all(draws()["draws"]["same"] == 0.0)
    assert np.all(draws()["draws"]["twice"] == 0.0)


def test_draws_of_different_equations_differ(double):
    """Oracle: independent draws coincide with probability 0, and their correlation is below 5 / sqrt(n)."""
    first, second = (draws()["draws"][name].ravel() for name in ("first", "second"))
    assert np.all(first != second)
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(first.size)


def test_different_text_in_one_equation_is_two_draws(double):
    """Oracle: if U(0,1) and U(0,2) shared their bits, the difference would never be positive."""
    mixed = draws()["draws"]["mixed"]
    assert 0.2 < np.mean(mixed > 0) < 0.3  # P(U1 > 2 U2) = 1/4


def test_draws_differ_between_steps_and_neurons(double):
    first = draws()["draws"]["first"]
    assert len(np.unique(first)) == first.size


def test_a_population_variable_draws_one_number(double):
    found = draws()["draws"]
    assert found["shared"].shape == (200,) and len(np.unique(found["shared"])) == 200
    np.testing.assert_array_equal(found["copy"], np.repeat(found["shared"][:, None], 50, axis=1))


def test_draws_in_odes_and_bounds(double):
    """Oracle: at dt = 1 ms, x' = N - x makes x the draw itself: mean 0, variance 1; a bound is drawn anew as well."""
    x, bounded = (draws()["draws"][name] for name in ("x", "bounded"))
    assert stats.kstest(x.ravel(), stats.norm.cdf).pvalue > 1e-4
    assert bounded.max() <= 1.0 and len(np.unique(bounded)) == bounded.size


def test_arguments_of_draws_may_differ_between_neurons(double):
    """Oracle: the bounds of each neuron; jaxsnn allows it, ANNarchy does not."""
    own, scale = draws()["draws"]["own"], 2.0 ** np.arange(-25, 25)
    assert np.all((own >= scale) & (own <= 2 * scale))
    np.testing.assert_allclose(own.mean(axis=0) / scale, 1.5, atol=5 * np.sqrt(1 / 12 / len(own)))


@pytest.mark.parametrize("text", ALL_LAWS)
def test_distributions_in_equations(text, double):
    """Oracle: SciPy's distribution; 10000 draws of a fixed seed. `Exponential` takes a rate here, a scale elsewhere."""
    x = draws()["laws"][f"x{ALL_LAWS.index(text)}"].ravel()
    if text in LAWS:
        assert stats.kstest(x, LAWS[text].cdf).pvalue > 1e-4
        return
    values = np.arange(0, 11)
    expected = COUNTS[text].pmf(values) * x.size
    found = np.array([np.sum(x == v) for v in values])
    assert found.sum() == x.size
    seen = expected > 5
    assert np.all(found[expected == 0] == 0)
    assert np.sum((found[seen] - expected[seen]) ** 2 / expected[seen]) < stats.chi2.ppf(1 - 1e-4, seen.sum())


def test_counts_stay_exact():
    """Oracle: integer arithmetic. 2^24 + 3 has no single-precision float."""
    neuron = snn.Neuron(equations="n += 1 : int, init=16777216 ; m = n - 1 : int ; r = 0")
    recorded = run_one(Lone(neuron, 1), 3)
    assert recorded["n"][:, 0].tolist() == [16777217, 16777218, 16777219]
    assert recorded["m"][:, 0].tolist() == [16777216, 16777217, 16777218]
