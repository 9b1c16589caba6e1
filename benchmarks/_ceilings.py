"""What the machine can do at best: bytes a second by level of memory, operations, random numbers.

The loops are C, where there is a compiler: NumPy's have temporaries, and would measure those.
"""

import ctypes
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from _hand_written_random import HASH

SIZES = {"L1": 24 << 10, "L2": 256 << 10, "L3": 6 << 20, "DRAM": 384 << 20}  # bytes of three arrays
SECONDS = 0.02  # about what a reading takes: short ones find a quiet moment


def quickest(task: Callable[[], object], readings: int) -> float:
    """Return the seconds of the quickest of some calls."""
    found = []
    for _ in range(readings):
        begin = time.perf_counter()
        task()
        found.append(time.perf_counter() - begin)
    return min(found)


def compiled(folder: str) -> ctypes.CDLL | None:
    """Return the C loops; None without a compiler."""
    compiler = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    if compiler is None:
        return None
    library = Path(folder) / "loops.so"
    source = Path(__file__).with_name("_machine_loops.c")
    flags = ["-O3", "-march=native", "-fopenmp-simd", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", str(library), str(source)], check=True)
    loops = ctypes.CDLL(str(library))
    loops.total.restype = ctypes.c_float
    return loops


def pointers(*arrays: np.ndarray) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(x.ctypes.data) for x in arrays]


def triad(loops: ctypes.CDLL, size: int, threads: int, readings: int) -> float:
    """Return bytes a second of a = b + s c over three arrays of together `size` bytes, for each thread its own."""
    n = size // 24
    shares = [[np.full(n, x) for x in (1.0, 2.0, 3.0)] for _ in range(threads)]
    return streamed(loops.triad, shares, n, 24 * n, readings)


def reading(loops: ctypes.CDLL, size: int, threads: int, readings: int) -> float:
    """Return bytes a second of a sum over an array of `size` bytes, for each thread its own."""
    n = size // 4
    return streamed(loops.total, [[np.ones(n, np.float32)] for _ in range(threads)], n, 4 * n, readings)


def streamed(loop: Callable, shares: list[list[np.ndarray]], n: int, size: int, readings: int) -> float:
    """Return bytes a second of a loop over n places of `size` bytes, on one thread for each share."""
    times = max(1, int(SECONDS * 2e10 / size))

    def run(arrays: list[np.ndarray]) -> None:
        loop(*pointers(*arrays), ctypes.c_size_t(n), ctypes.c_size_t(times))  # ctypes lets go of the GIL

    with ThreadPoolExecutor(len(shares)) as pool:
        seconds = quickest(lambda: list(pool.map(run, shares)), readings)
    return float(size) * times * len(shares) / seconds


def scattered(loops: ctypes.CDLL, cells: int, readings: int) -> float:
    """Return additions a second at random places of so many cells, on one thread."""
    draw, n = np.random.default_rng(1), 1 << 20
    at, w, y = draw.integers(0, cells, n).astype(np.int32), np.ones(n, np.float32), np.zeros(cells, np.float32)
    run = lambda: loops.scatter(*pointers(y, at, w), ctypes.c_size_t(n), ctypes.c_size_t(8))  # noqa: E731
    return 8 * n / quickest(run, readings)


def products(readings: int, n: int = 1000) -> dict[str, float]:
    """Return operations a second of NumPy's (2n, 2n) products, and seconds of an (n, n) one with a vector."""
    found = {}
    for name in ("float32", "float64"):
        draw = np.random.default_rng(0)
        big, matrix, x = draw.random((2 * n, 2 * n)).astype(name), draw.random((n, n)).astype(name), np.ones(n, name)
        found[f"matrix product, {name}, FLOP/s"] = 16.0 * n**3 / quickest(lambda big=big: big @ big, readings)
        many = quickest(lambda m=matrix, x=x: [m @ x for _ in range(100)], readings)
        found[f"matrix with vector, {name}, {n}, s"] = many / 100
    return found


def drawn(readings: int, n: int = 1 << 20) -> dict[str, float]:
    """Return numbers a second: normals of NumPy, of JAX, of the hash of loops by hand; its uniforms; exponentials."""
    draw, hashed = np.random.default_rng(0), jax.random.key(0, impl=HASH)
    normal = jax.jit(lambda key: jax.random.normal(key, (n,)))
    uniform = jax.jit(lambda key: jax.random.uniform(key, (n,)))
    exp, x = jax.jit(jnp.exp), jnp.linspace(-5.0, 5.0, n)
    tasks = {
        "normals, NumPy": lambda: draw.standard_normal(n, dtype=np.float32),
        "normals, JAX, threefry": lambda: jax.block_until_ready(normal(jax.random.key(0))),
        "normals, JAX, counter-based hash": lambda: jax.block_until_ready(normal(hashed)),
        "uniforms, JAX, counter-based hash": lambda: jax.block_until_ready(uniform(hashed)),
        "exponentials, JAX": lambda: jax.block_until_ready(exp(x)),
    }
    found = {}
    for name, task in tasks.items():
        task()
        found[f"{name}, a second"] = n / quickest(task, readings)
    return found
