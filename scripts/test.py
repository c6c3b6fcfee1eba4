"""Run the tests, installing what they need first; arguments are passed on to pytest.

python3 scripts/test.py
"""

import os
import sys

from environment import DEV_LOCK, ROOT, run_module

if __name__ == "__main__":
    os.chdir(str(ROOT))
    run_module(DEV_LOCK, "pytest", sys.argv[1:])
