"""The curve of pair-based STDP, measured by two neurons that spike once each: 101 pairs of 105 ms."""

import numpy as np

import jaxsnn as ann

pre = ann.SpikeSourceArray([[0.0]])
post = ann.SpikeSourceArray([[50.0]])
stdp = ann.Synapse(
    parameters="""
        tau_plus = 20.0 : projection
        tau_minus = 20.0 : projection
        A_plus = 0.01 : projection
        A_minus = 0.01 : projection
        w_min = 0.0 : projection
        w_max = 2.0 : projection
    """,
    equations="""
        tau_plus * dx/dt = -x : event-driven
        tau_minus * dy/dt = -y : event-driven
    """,
    pre_spike="""
        g_target += w
        x += A_plus * w_max
        w = clip(w + y, w_min, w_max)
    """,
    post_spike="""
        y -= A_minus * w_max
        w = clip(w + x, w_min, w_max)
    """,
)
proj = ann.Projection(pre, post, "exc", stdp)
proj.connect_all_to_all(1.0)

ann.compile()

changes = []
for t in range(101):
    ann.reset(projections=True)
    pre.spike_times = [[float(t)]]
    pre.clear()
    post.clear()
    proj.w = 1.0
    proj.x = 0.0
    proj.y = 0.0
    ann.simulate(105.0)
    changes.append(proj[0][0].w - 1.0)

print("largest change:", float(np.max(changes)))
