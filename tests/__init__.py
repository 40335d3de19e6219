"""The tests, as fast as they can be on a machine that is slow."""

import os
import sys

from bot.running.garbage import look_seldom

# The processes that test share the cores: what each would start to multiply matrices on all of them waits for the others.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Dozens of processes are started, each of which would compile the whole program again where its bytecode may not be kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
look_seldom()
