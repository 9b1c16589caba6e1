"""Wrong calls of inputs; see `wrong_calls`."""

ROWS = (
    ("net.create(inputs.PoissonPopulation($, rates=5.0))", "size", "geometry"),
    (
        "net.create(inputs.PoissonPopulation(3, rates=$))",
        "'abc' ; '' ; nan ; inf ; -1.0 ; [1.0, 2.0] ; [-1.0, 1.0, 1.0] ; 1j ; object() ; Uniform(-2.0, -1.0)",
        "rates",
    ),
    (
        "net.create(inputs.PoissonPopulation(3))$",
        "nothing",
        "a Poisson population takes `rates` or a `target` that feeds",
    ),
    ("net.create(inputs.PoissonPopulation(3, rates=5.0, refractory=$))", "not negative or None", "refractory"),
    ("net.create(inputs.PoissonPopulation(3, rates=5.0, target=$))", "3 ; 'a b'", "target"),
    ("net.create(inputs.PoissonPopulation(3, rates='a', parameters=$))", "3 ; 'a =' ; {'a': 'x'}", ""),
    (
        "net.create(inputs.SpikeSourceArray($))",
        "3 ; None ; 'a' ; [['a']] ; [[nan]] ; [[inf]] ; [[-1.0]] ; [[1j]] ; [None] ; object()",
        "spike",
    ),
    (
        "net.create(inputs.SpikeRaster($))",
        "3 ; None ; 'a' ; [] ; np.zeros(3) ; np.zeros((3, 0)) ; np.full((3, 2), nan) ; np.full((3, 2), 'a')"
        " ; np.full((3, 2), 0.5) ; np.full((3,2), -1.0)",
        "",
    ),
    ("net.create(inputs.SpikeRaster(np.zeros((3, 2)), geometry=$))", "3 ; 'a' ; (2, 2)", "geometry"),
    (
        "net.create(inputs.TimedArray($))",
        "3 ; None ; 'a' ; [] ; np.full((3, 2), nan) ; np.full((3, 2), 'a') ; np.zeros((0, 2)) ; np.full((3, 2), 1j)",
        "rates",
    ),
    ("net.create(inputs.TimedArray(np.zeros((3, 2)), geometry=$))", "3 ; 'a' ; (2, 2)", "geometry"),
    (
        "net.create(inputs.TimedArray(np.zeros((3, 2)), schedule=$))",
        "'a' ; None ; nan ; inf ; -1.0 ; [0.0, 1.0, nan] ; [0.0, 2.0, 1.0] ; [-1.0, 0.0, 1.0] ; ['a', 'b', 'c']"
        " ; [0.0]*4",
        "schedule",
    ),
    ("net.create(inputs.TimedArray(np.zeros((3, 2)), schedule=10.0, period=$))", "'a' ; nan ; inf", "period"),
    (
        "net.create(inputs.TimedPoissonPopulation(2, $, [0.0, 1.0, 2.0]))",
        "3 ; None ; 'a' ; [1.0, -1.0, 2.0] ; [nan, 1.0, 2.0] ; np.zeros((3, 5)) ; [1.0, inf, 2.0]",
        "rates",
    ),
    (
        "net.create(inputs.TimedPoissonPopulation(2, [1.0, 2.0, 3.0], $))",
        "'a' ; None ; [0.0, 2.0, 1.0] ; [0.0, 1.0, nan]",
        "schedule",
    ),
    ("net.create(inputs.TimedPoissonPopulation($, [1.0, 2.0, 3.0], [0.0, 1.0, 2.0]))", "size or None", "geometry"),
    ("net.create(inputs.HomogeneousCorrelatedSpikeTrains($, 10.0, 0.3, 5.0))", "size", "geometry"),
    ("net.create(inputs.HomogeneousCorrelatedSpikeTrains(3, $, 0.3, 5.0))", "'a' ; None ; nan ; inf ; -1.0", "rates"),
    ("net.create(inputs.HomogeneousCorrelatedSpikeTrains(3, 10.0, $, 5.0))", "'a' ; None ; nan ; -0.5 ; 1.5", "corr"),
    ("net.create(inputs.HomogeneousCorrelatedSpikeTrains(3, 10.0, 0.3, $))", "positive", "tau"),
    (
        "net.create(inputs.HomogeneousCorrelatedSpikeTrains(3, 10.0, 0.3, 5.0, refractory=$))",
        "not negative or None",
        "refractory",
    ),
    ("net.create(inputs.InputArray($))", "size", "geometry"),
    ("setattr(dN, 'rates', $)", "'abc' ; nan ; [1.0, 2.0] ; None", "rates"),
    ("setattr(dS, 'spike_times', $)", "3 ; None ; [['a']] ; [[nan]] ; [[-1.0]] ; [[1.0]]*9", "spike"),
    ("setattr(dT, 'rates', $)", "3 ; 'a' ; np.full((3, 2), nan) ; np.zeros((3, 9))", "rates"),
    ("setattr(dT, 'schedule', $)", "'a' ; nan ; [0.0, 2.0, 1.0] ; [0.0]*9 ; -1.0", "schedule"),
    ("setattr(dT, 'period', $)", "'a' ; nan ; inf", "period"),
)
