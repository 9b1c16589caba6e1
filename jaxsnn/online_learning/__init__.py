"""Learning while a network runs: eligibility traces that follow from its equations, learning signals, the loop."""

from ._fit_online import fit_online as fit_online
from ._online import OnlineRule as OnlineRule
from ._online import online as online
from ._online_result import OnlineResult as OnlineResult
from ._signals import Broadcast as Broadcast
from ._signals import Reward as Reward
