import numpy as np
import jaxsnn as ann

ann.clear()
P = ann.Population(geometry=1000, neuron=ann.Izhikevich)
Exc = P[:800]
re = np.random.random(800)
Exc.noise = 5.0
Exc.a = 0.02
Exc.b = 0.2
Exc.c = -65.0 + 15.0 * re**2
Exc.d = 8.0 - 6.0 * re**2
Exc.v = -65.0
Exc.u = Exc.v * Exc.b
Inh = P[800:]
ri = np.random.random(200)
Inh.noise = 2.0
Inh.a = 0.02 + 0.08 * ri
Inh.b = 0.25 - 0.05 * ri
Inh.c = -65.0
Inh.d = 2.0
Inh.v = -65.0
Inh.u = Inh.v * Inh.b
proj_exc = ann.Projection(Exc, P, "exc")
proj_inh = ann.Projection(Inh, P, "inh")
proj_exc.connect_all_to_all(weights=ann.Uniform(0.0, 0.5))
proj_inh.connect_all_to_all(weights=ann.Uniform(0.0, 1.0))
M = ann.Monitor(P, "spike")
ann.compile()


def run_network(idx, net):
    P_local = net.get(P)
    Exc = P_local[:800]
    Inh = P_local[800:]
    re = np.random.random(800)
    Exc.c = -65.0 + 15.0 * re**2
    Exc.d = 8.0 - 6.0 * re**2
    ri = np.random.random(200)
    Inh.noise = 2.0
    Inh.a = 0.02 + 0.08 * ri
    Inh.b = 0.25 - 0.05 * ri
    Inh.u = Inh.v * Inh.b
    net.simulate(1000.0)
    t, n = net.get(M).raster_plot()
    return t, n


vals = ann.parallel_run(method=run_network, number=8, measure_time=True, sequential=True)
vals = ann.parallel_run(method=run_network, number=8, measure_time=True)
t1, n1 = vals[0]
t2, n2 = vals[1]
import matplotlib.pyplot as plt

plt.figure(figsize=(15, 8))
plt.subplot(121)
plt.plot(t1, n1, ".")
plt.subplot(122)
plt.plot(t2, n2, ".")
plt.show()
