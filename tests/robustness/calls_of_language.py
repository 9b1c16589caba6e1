"""Wrong calls of language; see `wrong_calls`."""

ROWS = (
    (
        "Neuron($)",
        "parameters=3 ; equations=3 ; parameters='a' ; parameters='a = ' ; parameters='= 3'"
        " ; parameters='a = 1.0 : 3' ; parameters='a = b' ; parameters='a = 1.0\\na = 2.0' ; parameters={3: 1.0}"
        " ; parameters={'a': object()} ; parameters={'': 1.0} ; parameters='a b = 1.0'",
        "",
    ),
    (
        "neuron(equations=$)",
        "3 ; 'r' ; 'r =' ; '= r' ; 'r = (1.0' ; 'r = 1.0)' ; 'r = nope' ; 'r = nope(1.0)' ; 'r = exp()'"
        " ; 'r = exp(1.0, 2.0)' ; 'r = 1.0 +' ; 'r == 1.0' ; 'r = 1..0' ; 'r = 1.0 : nope' ; 'r = 1.0 : min='"
        " ; 'r = 1.0 : min=2.0, max=1.0' ; 'r = 1.0 : min=nope' ; 'r = 1.0 : init=nope' ; 'd/dt = 1.0'"
        " ; 'dr/dx = 1.0' ; '0.0 * dr/dt = 1.0' ; '0 * dr/dt = r' ; '2.0 = r' ; 'r = 1e400' ; 'r = 1e999 * t'"
        " ; 'dr/dt = 1e400' ; 'r = 99999999999 : int' ; 'r = 1.0 : init=99999999999, int' ; 'r = if t > 1.0: 2.0'"
        " ; 'r = if: 1 else: 2' ; 'r = a[0]' ; 'r = \"a\"' ; 'r = __import__(\"os\")' ; 'r = r.real'"
        " ; 'r = lambda x: x' ; 'exp = 1.0' ; 't = 1.0' ; 'dt = 1.0' ; 'r = Uniform(1.0)' ; 'r = Uniform(1.0, 0.0)'"
        " ; 'r = Normal(0.0, -1.0)' ; 'r = DiscreteUniform(5, 1)' ; 'r = Gamma(-1.0, 1.0)'"
        " ; 'r = Exponential(-1.0)' ; 'r = Uniform(0.0, 1.0, 2.0, 3.0, 4.0)' ; 'r = Binomial(-5, 2.0)'"
        " ; 'r = sum()exc' ; 'r = sum(1.0)' ; 'r = ite(1.0)' ; 'r = clip(1.0)' ; 'r = r r'"
        " ; 'r = 1.0; r = 2.0 : int, bool' ; 'r += ' ; 'r = 1.0 % ' ; 'dr/dt = dr/dt'",
        "",
    ),
    (
        "neuron(parameters=$, equations='r = a')",
        "'a = 1e999' ; 'a = 9999999999 : int' ; 'a = 1.5 : int' ; 'a = nan' ; 'a = -1e400' ; 't = 1.0\\na = 1.0'"
        " ; 'a = 1.0 : min=2.0, max=1.0'",
        "",
    ),
    (
        "neuron(equations='r = f(r)', functions=$)",
        "3 ; 'f' ; 'f(x)' ; 'f(x) =' ; 'f(x) = y' ; 'f(x, y) = x' ; 'exp(x) = x\\nf(x) = x' ; 'f(x) = x\\nf(x) = x'"
        " ; 'f(x, x) = x' ; 'f(1) = 2' ; 'f(x) = g(x)' ; 'f(x) = f(x)' ; 'clip(x) = x\\nf(x) = x'",
        "",
    ),
    (
        "neuron(equations='dv/dt = -v', spike=$, reset='v = 0.0')",
        "3 ; '' ; 'v > ' ; 'nope > 1.0' ; 'v = 1.0' ; 'v > Uniform(0, 1)'",
        "",
    ),
    (
        "neuron(equations='dv/dt = -v', spike='v > 1.0', reset=$)",
        "3 ; 'v' ; 'v =' ; 'nope = 1.0' ; 'v = nope' ; 'dv/dt = 1.0' ; 'v = Normal(0, 1)' ; 'v > 1.0' ; 't = 1.0'",
        "",
    ),
    (
        "neuron(equations='dv/dt = -v', spike='v > 1.0', reset='v = 0.0', refractory=$)",
        "'' ; 'nope' ; -1.0 ; nan ; inf ; [1.0] ; object() ; '1 +' ; 1j",
        "refractory",
    ),
    (
        "neuron(equations='dv/dt = -v', spike='v > 1.0', reset='v = 0.0', surrogate=$)",
        "3 ; 'steep' ; None",
        "surrogate",
    ),
    ("neuron(equations='dv/dt = -v', spike='v > 1.0', reset='v = 0.0', rate_window=$)", "positive or None", "window"),
    ("neuron(equations='dv/dt = -v', spike='v > 1.0', reset='v = 0.0', axon_spike=$)", "3 ; 'v >' ; 'nope > 1.0'", ""),
    ("neuron(equations='r = 1.0', reset='r = 0.0')$", "nothing", "spike"),
    ("neuron(equations='r = 1.0', refractory=2.0)$", "nothing", "spike"),
    (
        "neuron(equations='dv/dt = -v', spike='v > 1.0', reset='v = 0.0', differentiable_reset=$)",
        "3 ; 'yes' ; None",
        "differentiable_reset",
    ),
    (
        "synapse($)",
        "equations=3 ; equations='dw/dt' ; equations='dw/dt = nope' ; equations='dw/dt = pre.'"
        " ; equations='dw/dt = post' ; psp=3 ; psp='w *' ; psp='nope' ; psp='' ; operation=3 ; operation='product'"
        " ; operation=None ; pre_spike=3 ; pre_spike='g_target +=' ; pre_spike='dw/dt = 1.0'"
        " ; post_spike='w += nope' ; post_spike='w' ; pre_spike='w > 1.0' ; pre_spike='g_target += 1e400'"
        " ; functions='exp(x) = x' ; parameters='w' ; parameters='tau = 1e400' ; equations='0.0 * dw/dt = 1.0'"
        " ; equations='w = 1.0 : min=2.0, max=1.0' ; creating='nope > 1.0' ; pruning='w >' ; pruning=3"
        " ; equations='pre.v = 1.0' ; equations='w = 1.0 : event-driven' ; equations='delay = 3.0'",
        "",
    ),
    (
        "Izhikevich($)",
        "a='x' ; a=None ; a=[1.0, 2.0] ; a=object() ; noise=nan ; tau_refrac=-1.0 ; tau_refrac=nan ; conductance=3"
        " ; surrogate=3 ; a=1j",
        "",
    ),
    ("LeakyIntegrator($)", "tau='x' ; tau=None ; tau=0.0 ; tau=nan ; sum=3 ; noise=3", ""),
    ("IF_curr_exp($)", "tau_m='x' ; tau_m=0.0 ; cm=0.0 ; cm=nan ; tau_refrac=-1.0 ; tau_syn_E=0.0", "` is a"),
    ("LIF($)", "tau_m='x' ; tau_m=0.0 ; tau_refrac=-1.0 ; bias=nan ; surrogate=3", ""),
    ("CubaLIF($)", "tau_syn='x' ; tau_syn=0.0 ; v_thresh=nan", "` is a number"),
    ("ALIF($)", "tau_a='x' ; tau_a=0.0 ; beta=nan", "` is a number"),
    ("LI($)", "tau_m='x' ; tau_m=0.0 ; bias=None", "` is a number"),
    ("STDP($)", "tau_plus='x' ; tau_plus=0.0 ; A_plus=nan ; w_max=None", "` is a number"),
    ("STP($)", "tau_rec='x' ; tau_rec=0.0 ; U=nan ; U='a'", "` is a number"),
    ("Hebb($)", "'x' ; None ; nan ; object()", "eta"),
    ("Oja($)", "'x' ; None ; nan", "eta"),
    ("IBCM($)", "'x' ; None ; nan ; 0.01, 0.0", "tions"),
    ("HodgkinHuxley($)", "C='x' ; C=0.0 ; C=nan", "C"),
    ("Parameter($)", "None ; object() ; 1.0, 3 ; 1.0, 'nope' ; 1.0, 'global', 'text' ; nan", ""),
    ("Variable($)", "3 ; None ; object()", "equation"),
    ("Variable('dv/dt = 1.0', $)", "method='euler' ; locality='nope' ; type='text' ; init=object() ; method=3", ""),
    (
        "Creating($)",
        "3 ; None ; 'w > 1.0', 'a' ; 'w > 1.0', 1.5 ; 'w > 1.0', -1.0 ; 'w > 1.0', nan ; 'w > 1.0', 1.0, 'a'"
        " ; 'w > 1.0', 1.0, 1.0, -1.0",
        "` is a",
    ),
    ("Pruning($)", "3 ; None ; 'w > 1.0', 'a' ; 'w > 1.0', 1.5 ; 'w > 1.0', nan", "` is a"),
    ("Constant($)", "3, 1.0 ; '', 1.0 ; 'ok', 'x' ; 'ok', None ; 'ok', 1j", "constant"),
    ("Population(0, Izhikevich)$", "nothing", "geometry"),
    ("Population(2, $)", "3 ; None ; STDP", "neuron"),
    ("Projection($)", "3, 3, 'exc' ; None, None, 'exc' ; 'a', 'b', 'exc'", "population"),
    ("Monitor($)", "3, 'v' ; None, 'v' ; 'P', 'v'", "a population or a view is expected here, not"),
    ("add_function($)", "3 ; 'f(x)'", ""),
    ("functions($)", "3 ; 'nope'", "the network has no function `"),
    ("get_constant($)", "3 ; 'nope'", "there is no constant `"),
    ("simulate($)", "1.0 ; nan ; 'a'", "simulate() before compile(): the network is described, but"),
    ("compile(net_id=$)", "99 ; 'a'", "call the methods of another network, such as"),
    ("load_parameter($)", "3 ; None ; '/dev/null.json'", "file o"),
    ("every(period=$)", "positive", "period"),
    ("timeit($)", "3 ; None", "`function` is a function, not"),
)
