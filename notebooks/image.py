# %% [markdown]
# # Images: filters that are given, and a filter that is found
#
# In a population of pixels the firing rate of a cell is the brightness of a pixel. Pooling and convolution connect such
# maps with few weights: a filter looks at each place through a small window. With several filters the next map has
# layers, one for each filter.
#
# Sources: J. P. Jones, L. A. Palmer, "An evaluation of the two-dimensional Gabor filter model of simple receptive
# fields in cat striate cortex", Journal of Neurophysiology 58, 1987, doi:10.1152/jn.1987.58.6.1233; A. B. Lee, D.
# Mumford, J. Huang, "Occlusion models for natural images: a statistical study of a scale-invariant dead leaves model",
# International Journal of Computer Vision 41, 2001, doi:10.1023/A:1011109015675.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save
from PIL import Image

import jaxsnn as snn
from jaxsnn.extensions.image import ImagePopulation

# %% [markdown]
# Leaves that fall on each other have much in common with natural images: edges, and neighbours that look alike. So this
# picture is made of discs.

# %%
rng = np.random.default_rng(1)


def leaves(rows, columns, number, smallest, largest, colours):
    """Return a picture of discs between 0 and 1, (rows, columns, colours)."""
    y, x = np.mgrid[:rows, :columns]
    picture = np.zeros((rows, columns, colours))
    for radius in rng.uniform(smallest, largest, number):
        inside = (y - rng.uniform(0, rows)) ** 2 + (x - rng.uniform(0, columns)) ** 2 < radius**2
        picture[inside] = rng.uniform(size=colours)
    return picture


picture = leaves(480, 640, 400, 15.0, 70.0, 3)

# %% [markdown]
# The picture is pooled (the mean of 10 x 10 pixels), smoothed by a filter for each colour by itself, and looked at by
# three filters of one pixel: much of one colour, little of the others. A rate needs one step to each next map.

# %%
Rectified = snn.Neuron(equations="r = sum(exc) : min = 0.0")
COLOURS = np.array([[2.0, -1.0, -1.0], [-1.0, 2.0, -1.0], [-1.0, -1.0, 2.0]])
eye = ImagePopulation(geometry=(480, 640, 3), name="eye")
with TemporaryDirectory() as folder:
    file = Path(folder) / "picture.png"
    Image.fromarray(np.uint8(255.0 * picture)).save(file)
    eye.set_image(file)
pooled, smoothed, filtered = (snn.Population((48, 64, 3), Rectified) for _ in range(3))
snn.Pooling(eye, pooled, "exc", operation="mean").connect_pooling(extent=(10, 10, 1))
snn.Convolution(pooled, smoothed, "exc").connect_filter(np.full((3, 3, 1), 1.0 / 9.0))
snn.Convolution(smoothed, filtered, "exc").connect_filters(COLOURS[:, None, None, :])
snn.compile()
snn.simulate(4.0)
names = ("pixels", "pooled", "smoothed", "filtered")
maps = {name: np.array(p.r, float) for name, p in zip(names, (eye, pooled, smoothed, filtered), strict=True)}
for name, values in maps.items():
    print(f"{name}: mean of red, green and blue {values.mean(axis=(0, 1)).round(4)}")

# %% [markdown]
# `VideoPopulation` takes its pixels from a camera or a film instead (`start_camera`, `grab_image`; it needs OpenCV).
# Pictures that are arrays need neither: a `TimedArray` shows one after the other.
#
# ## Beyond filters that are given: a receptive field from recordings
#
# A physiologist shows pictures and records cells; the filter is what is asked for. Here 24 x 32 cells see a shaky film,
# one picture every 5 ms, each through the same window of 7 x 7 pixels. They low-pass what they see, and are silent
# below 0. Their rates are recorded with a noise that is larger than the signal.

# %%
ROWS, COLUMNS, FRAMES, MS, NOISE = 24, 32, 60, 300.0, 0.1
world = leaves(120, 160, 250, 1.5, 8.0, 1)[..., 0] - 0.5
corners = np.array([48, 64]) + np.cumsum(rng.integers(-2, 3, (FRAMES, 2)), axis=0)
film = np.stack([world[row : row + ROWS, column : column + COLUMNS] for row, column in corners])

y, x = np.mgrid[-3:4, -3:4]
wave = np.cos(2.0 * np.pi * (np.cos(0.6) * x + np.sin(0.6) * y) / 4.5)
gabor = np.exp(-(x**2 + y**2) / (2.0 * 1.6**2)) * wave
true_field = 4.0 * (gabor - gabor.mean()) / np.abs(gabor - gabor.mean()).sum()
true_tau = 15.0

Cell = snn.Neuron("tau = 10.0 : population", "tau * dv/dt + v = sum(exc) ; r = pos(v)")
net = snn.Network(dt=1.0, seed=1)
camera = net.create(snn.inputs.TimedArray(film, schedule=5.0), name="camera")
cells = net.create((ROWS, COLUMNS), Cell, name="cells")
net.convolution(camera, cells, "exc", name="field").connect_filter(true_field)
net.monitor(cells, "r", name="cells")
sim = net.compile()
params, state = sim.init(jax.random.key(1))


def response(numbers):
    """Return the rates of all cells in 300 ms, of 49 weights and a time constant."""
    given = snn.fitting.replaced(params, {"field.w": numbers[:49].reshape(7, 7), "cells.tau": numbers[49]})
    return sim.run(given, state, duration=MS)[1]["cells"]["r"].ravel()


clean = np.asarray(response(jnp.array([*true_field.ravel(), true_tau])))
recording = clean + NOISE * rng.standard_normal(clean.shape)
print(f"standard deviation of the rates: {clean.std():.3f}, of the noise: {NOISE}")

# %% [markdown]
# The classical answer is reverse correlation: the mean of what was seen through the window, weighted by the rate. It is
# right for white noise, but in a picture neighbours look alike, so the mean is blurred. With derivatives the model
# itself is fitted, by Gauss and Newton's method: 50 numbers from 230 400, in six steps.


# %%
@jax.jit
def normal_equations(numbers):
    """Return what a step needs: products of the slopes, with each other and with what is left, and its mean square."""
    slopes, rest = jax.jacfwd(response)(numbers), recording - response(numbers)
    return slopes.T @ slopes, slopes.T @ rest, (rest**2).mean()


numbers = np.array([*(0.02 * rng.standard_normal(49)), 5.0])
history = []
for _ in range(7):
    product, gradient, left = (np.asarray(x, float) for x in normal_equations(jnp.float32(numbers)))
    alike = np.corrcoef(numbers[:49], true_field.ravel())[0, 1]
    history.append((left, alike, numbers[49]))
    print(f"mean square {left:.5f}, correlation with the true filter {alike:.4f}, time constant {numbers[49]:.2f} ms")
    numbers = numbers + np.linalg.solve(product + 1e-3 * np.diag(np.diag(product)), gradient)

seen = np.pad(np.repeat(film, 5, axis=0), [(0, 0), (3, 3), (3, 3)])
rates = recording.reshape(300, ROWS, COLUMNS)
window = [[(seen[:, i : i + ROWS, j : j + COLUMNS] * rates).mean() for j in range(7)] for i in range(7)]
reverse = np.array(window)
blurred = np.corrcoef(reverse.ravel(), true_field.ravel())[0, 1]
print(f"correlation with the true filter: {blurred:.2f} by reverse correlation, {history[-1][1]:.4f} by derivatives")

# %%
figure = plt.figure(figsize=(12, 5.2))
upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.6])
panels = upper.subplots(1, 6)
shown = [maps["pixels"], maps["pooled"], maps["smoothed"]]
for axes, values, title in zip(panels, shown, ("480 x 640 pixels", "48 x 64, pooled", "smoothed"), strict=False):
    axes.imshow(values, vmin=0.0, vmax=1.0)
    axes.set(title=title)
for axes, k, name in zip(panels[3:], range(3), ("red", "green", "blue"), strict=True):
    axes.imshow(np.clip(maps["filtered"][..., k : k + 1], 0.0, 1.0) * np.eye(3)[k])
    axes.set(title=f"filter for {name}")
for axes in panels:
    axes.set(xticks=[], yticks=[])
left_axes, middle, right_axes = lower.subfigures(1, 3, width_ratios=[0.9, 1.5, 1.0])
panels = left_axes.subplots(2, 2)
for axes, values, title in zip(
    panels.ravel(),
    (film[10], film[50], clean.reshape(300, ROWS, COLUMNS)[54], rates[54]),
    ("film, 50 ms", "250 ms", "rates, 54 ms", "recorded"),
    strict=True,
):
    top = {"vmin": -0.2, "vmax": 0.4} if title in ("rates, 54 ms", "recorded") else {}
    axes.imshow(values, cmap="gray", **top)
    axes.set(xticks=[], yticks=[], title=title)
panels = middle.subplots(1, 3)
fields = {"true filter": true_field, "reverse correlation": reverse, "by derivatives": numbers[:49].reshape(7, 7)}
for axes, (title, field) in zip(panels, fields.items(), strict=True):
    top = np.abs(field).max()
    axes.imshow(field / top, cmap="RdBu_r", vmin=-1.0, vmax=1.0)
    axes.set(xticks=[], yticks=[], title=title)
axes = right_axes.subplots()
_, correlations, constants = np.transpose(history)
axes.plot(correlations, "o-", color="tab:red", markersize=4)
axes.axhline(blurred, color="gray", linestyle="--")
axes.text(6.0, blurred - 0.03, "reverse correlation", color="gray", ha="right", va="top")
axes.set(xlabel="step", ylim=(-0.15, 1.05), title="Six steps")
axes.set_ylabel("correlation with true filter", color="tab:red")
other = axes.twinx()
other.spines["right"].set_visible(True)
other.plot(constants, "s-", color="black", markersize=4)
other.set(ylabel="time constant (ms); true: 15", ylim=(0, 16))
save(figure, "image")
