"""What `from ANNarchy import *` gives beside its own names, and scripts have come to rely on."""

import atexit as atexit
import operator as operator
import os as os
import sys as sys
import time as time
from math import ceil as ceil
from typing import Any as Any
