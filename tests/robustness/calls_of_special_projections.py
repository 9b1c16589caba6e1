"""Wrong calls of special projections; see `wrong_calls`."""

ROWS = (
    (
        "net.convolution(R, R2, 'exc').connect_filter($)",
        "3 ; None ; 'a' ; np.full((3,), nan) ; np.full((3,), 'a') ; np.ones((2, 2, 2)) ; object() ; np.full(3, 1j)",
        "weights",
    ),
    ("net.convolution(R, R2, 'exc').connect_filter(np.ones(3), delays=$)", "not negative", "delay"),
    ("net.convolution(R, R2, 'exc', operation=$)", "3 ; 'product'", "operation"),
    ("net.convolution(R, R2, 'exc', psp=$)", "3 ; 'nope' ; 'w *'", ""),
    ("net.convolution($, R2, 'exc')", "part", "population"),
    ("net.pooling(R, R2, 'exc').connect_pooling(extent=$)", "3 ; 'a' ; (9, 9) ; (0,) ; (1.5,) ; (-1,)", "extent"),
    ("net.pooling(R, R2, 'exc', operation=$)", "3 ; 'product' ; None", "operation"),
    ("net.current_injection($, P, 'exc')", "part", "population"),
    ("net.current_injection(R, $, 'exc')", "part", "population"),
    ("net.decoding(P, R, 'exc', window=$)", "not negative", "window"),
    ("net.decoding($, R, 'exc')", "part", "population"),
    ("net.transpose($, 'exc')", "3 ; None ; 'a'", "a transposed projection takes one that has synapses, not"),
    (
        "net.copy_projection(R, R, 'exc').connect_copy($)",
        "3 ; None ; 'a'",
        "projection `proj0` takes a projection of this network that",
    ),
    ("net.population_mean($, R, 'exc')", "part", "population"),
    ("Spike2RatePopulation($)", "3 ; None ; 'P'", "`population` is a spiking population of the default"),
    ("net.boldmonitor($)", "3 ; None ; P, 3 ; 'a'", ""),
)
