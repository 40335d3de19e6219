"""The tests, as fast as they can be on a machine that is slow."""

import os
import sys

from bot.garbage import look_seldom

# Dozens of processes are started, each of which would compile the whole program again where its bytecode may not be kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
look_seldom()
