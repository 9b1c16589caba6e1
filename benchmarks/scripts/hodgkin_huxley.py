"""A neuron of Hodgkin and Huxley (1952) and one pulse of current: 201 ms of 0.01 ms."""

import jaxsnn as ann

ann.setup(dt=0.01)

HH = ann.Neuron(
    parameters="""
        C = 1.0
        VL = -59.387 ; VK = -82.0 ; VNa = 45.0
        gK = 36.0 ; gNa = 120.0 ; gL = 0.3
        vt = 30.0
        I = 0.0
    """,
    equations="""
        prev_V = V
        an = 0.01 * (V + 60.0) / (1.0 - exp(-0.1 * (V + 60.0)))
        am = 0.1 * (V + 45.0) / (1.0 - exp(-0.1 * (V + 45.0)))
        ah = 0.07 * exp(-0.05 * (V + 70.0))
        bn = 0.125 * exp(-0.0125 * (V + 70.0))
        bm = 4.0 * exp(-(V + 70.0) / 80.0)
        bh = 1.0 / (1.0 + exp(-0.1 * (V + 40.0)))
        dn/dt = an * (1.0 - n) - bn * n : init = 0.3, midpoint
        dm/dt = am * (1.0 - m) - bm * m : init = 0.0, midpoint
        dh/dt = ah * (1.0 - h) - bh * h : init = 0.6, midpoint
        C * dV/dt = gL * (VL - V) + gK * n^4 * (VK - V) + gNa * m^3 * h * (VNa - V) + I : midpoint
    """,
    spike="(V > vt) and (prev_V <= vt)",
    reset="",
)

pop = ann.Population(neuron=HH, geometry=1)
pop.V = -50.0
monitor = ann.Monitor(pop, ["spike", "V", "n", "m", "h"])

ann.compile()
ann.simulate(100.0)
pop.I = 200.0
ann.simulate(1.0)
pop.I = 0.0
ann.simulate(100.0)

data = monitor.get()
print("spikes:", len(data["spike"][0]))
