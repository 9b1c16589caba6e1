"""What `from ANNarchy import *` gives beside its own names, and scripts have come to rely on."""

import atexit
import operator
import os
import sys
import time
from math import ceil
from typing import Any

import numpy as np

__all__ = ["Any", "atexit", "ceil", "np", "operator", "os", "sys", "time"]
