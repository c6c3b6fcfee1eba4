"""Prints notes and errors to standard error, and results to standard output."""

import json
import os
import sys
from pathlib import Path

from voiceguide.text.printable import visible


def print_line(text: object) -> None:
    """Print one line or more to standard output; on a terminal, control characters are escaped."""
    print(visible(str(text)) if sys.stdout.isatty() else text)


def print_error(sentence: str) -> None:
    """Write a line to standard error; if that fails, nobody is reading, and the work continues."""
    try:
        print(visible(sentence), file=sys.stderr, flush=True)
    except OSError:
        # Python would flush the rest again at exit, and change the exit code.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (as long as the program)


def print_note(sentences: tuple[str, ...]) -> None:
    """Print notes for the listener to standard error."""
    for sentence in sentences:
        print_error(f"Note: {sentence}")


def print_json(data: object) -> None:
    """Print values for other programs; letters that the output cannot encode become JSON escapes."""
    holds_all = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
    print(json.dumps(data, ensure_ascii=not holds_all, indent=2))
