"""The program's entry point: it always ends with an exit code and a sentence, never with a traceback.

The command line itself is imported inside the guard, so that a signal during that import is handled too.
"""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

from voiceguide.cli.interruption import Interrupted, raise_pending, unwatch_signals, watch_signals


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # The caller may have closed them; what is printed to a closed one would end up in the next file that is opened.
    sys.stdout = sys.stdout or _null_stream()
    sys.stderr = sys.stderr or _null_stream()
    _replace_unencodable()
    # NumPy's linear algebra, which is not used here, would start threads that wait busily when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A command makes few cycles and many objects, which need not be searched for cycles again and again.
    gc.set_threshold(50_000, 20, 100)
    try:
        watch_signals()
        code = run()
        unwatch_signals()
    except Interrupted as interruption:
        unwatch_signals()
        notes = " ".join(getattr(interruption, "__notes__", ())) or "nothing was written."
        _exit_now(_print_last(f"Stopped; {notes}", interruption.exit_code))
    # At its end the interpreter would look through every object for cycles, for up to a tenth of a second.
    gc.freeze()
    sys.exit(code)


def run() -> int:
    """Run the command line, print its error if there is one, and return the exit code.

    Raises:
        Interrupted: a signal came.
    """
    from voiceguide.errors import VoiceguideError

    try:
        from voiceguide.cli.app import run as run_command

        code = run_command()
        raise_pending(note="part of the work may be done.")
        sys.stdout.flush()
    except VoiceguideError as error:
        from voiceguide.cli.advice import with_advice

        raise_pending(error)
        return _print_last(f"Error: {with_advice(error)}", error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone, such as `head`; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 (the last stop: nothing may end in a traceback)
        raise_pending(error)
        return _print_unexpected(error)
    return code


def _null_stream() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _replace_unencodable() -> None:
    """Print `?` for letters that the console cannot show; an error would come only after the work."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _print_unexpected(error: Exception) -> int:
    if os.environ.get("VOICEGUIDE_DEBUG"):
        raise error
    if isinstance(error, OSError) and error.filename is None:
        return _print_last(f"Error: cannot write output: {error.strerror or error}.", 1)
    return _print_last(
        f"Error: something unexpected happened ({type(error).__name__}: {error}). "
        "Set VOICEGUIDE_DEBUG=1 and run it again to see where; please report it.",
        1,
    )


def _print_last(sentence: str, code: int) -> int:
    """Print a sentence to standard error, if it is still open, and return the exit code."""
    from voiceguide.text.printable import visible

    with suppress(OSError):
        print(visible(sentence), file=sys.stderr, flush=True)
    return code


def _exit_now(code: int) -> NoReturn:
    """End the process after the registered clean-up, without waiting for libraries' threads.

    Those that still work would make the interpreter abort.
    """
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
