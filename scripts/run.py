"""Run voiceguide from this checkout, setting everything up first where needed.

python3 scripts/run.py make lower-back
"""

import sys

from environment import RUN_LOCK, run_module

if __name__ == "__main__":
    # Isolated: other software's PYTHONPATH must not reach in.
    run_module(RUN_LOCK, "voiceguide", sys.argv[1:], options=("-I",))
