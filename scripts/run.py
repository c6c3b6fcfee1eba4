"""Run voiceguide from this checkout, setting everything up first where needed.

python3 scripts/run.py make lower-back
"""

import sys


def main():  # type: () -> None
    """Hand over to the program; an interruption before that shows no traceback."""
    try:
        from environment import RUN_LOCK, run_module

        # Isolated: other software's PYTHONPATH must not reach in.
        run_module(RUN_LOCK, "voiceguide", sys.argv[1:], options=("-I",))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
