"""Run the tests on all cores, installing what they need first; arguments are passed on to pytest.

python3 scripts/test.py
"""

import os
import sys

from environment import DEV_LOCK, ROOT, run_module

if __name__ == "__main__":
    os.chdir(str(ROOT))
    # One more than there are cores, since some tests wait. By file: tests of one file share what they have recorded.
    processes = str((os.cpu_count() or 1) + 1)
    run_module(DEV_LOCK, "pytest", ["-n", processes, "--dist", "loadfile", *sys.argv[1:]])
