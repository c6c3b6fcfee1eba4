"""Run the tests on all cores, installing what they need first; arguments are passed on to pytest.

python3 scripts/test.py          the whole suite; it says at the start how long that takes
python3 scripts/test.py --fast   without the tests that are marked as slow: some of every package, in two minutes
"""

import os
import sys

from environment import DEV_LOCK, ROOT, run_module

if __name__ == "__main__":
    os.chdir(str(ROOT))
    # Otherwise each of the hundreds of processes that the tests start would compile the package again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # One more than there are cores, since some tests wait. By file: tests of one file share what they have recorded.
    # In the order of tests/reporting.py, which puts the files that take longest first.
    options = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder"]
    run_module(DEV_LOCK, "pytest", options + sys.argv[1:])
