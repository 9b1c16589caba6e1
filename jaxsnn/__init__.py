"""jaxsnn: a differentiable simulator of rate-coded and spiking neural networks, described by equations, run by JAX.

Three surfaces share one engine: ANNarchy's module-level functions, the object `Network`, and the pure functions
`init`, `step`, `run` of the `Simulation` that `Network.compile()` returns.
"""

from . import analysis as analysis
from . import errors as errors
from . import plotting as plotting
from . import surrogates as surrogates
from .distributions import Binomial as Binomial
from .distributions import DiscreteUniform as DiscreteUniform
from .distributions import Exponential as Exponential
from .distributions import Gamma as Gamma
from .distributions import LogNormal as LogNormal
from .distributions import Normal as Normal
from .distributions import Uniform as Uniform
from .fitting import FitResult as FitResult
from .fitting import fit as fit
from .frontend._default import Monitor as Monitor
from .frontend._default import Population as Population
from .frontend._default import Projection as Projection
from .frontend._default import clear as clear
from .frontend._default import compile as compile
from .frontend._default import default_network as default_network
from .frontend._default import dt as dt
from .frontend._default import get_current_step as get_current_step
from .frontend._default import get_time as get_time
from .frontend._default import parallel_run as parallel_run
from .frontend._default import raster_plot as raster_plot
from .frontend._default import setup as setup
from .frontend._default import simulate as simulate
from .frontend._default import step as step
from .frontend._network import Network as Network
from .models import Izhikevich as Izhikevich
from .models import Neuron as Neuron
from .simulation import Simulation as Simulation
from .simulation import sweep as sweep
