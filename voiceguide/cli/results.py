"""Prints the results of making sessions."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from voiceguide.cli.advice import with_advice
from voiceguide.cli.printing import print_error, print_json, print_line, print_note
from voiceguide.cli.report import fit_note, summary
from voiceguide.session.making import MakeFailure, MakeResult
from voiceguide.text.printable import counted

_KEPT = "{path} is this session already, and was kept; it is ready to play, and --force makes it again."


@contextmanager
def naming_finished_files(results: list[MakeResult | MakeFailure], wanted: int) -> Iterator[None]:
    """Add to an interruption which files have been made."""
    try:
        yield
    except BaseException as stop:
        if made := [str(result.path) for result in results if isinstance(result, MakeResult)]:
            stop.add_note(f"{_how_many(len(made), wanted)}: {', '.join(made)}.")
        raise


def print_made(results: list[MakeResult | MakeFailure], *, as_json: bool) -> None:
    """Print what was made; failures come last, and a single one is raised."""
    if len(results) > 1:
        _print_several(results, as_json=as_json)
    else:
        _print_one(results[0], as_json=as_json)


def _print_one(result: MakeResult | MakeFailure, *, as_json: bool) -> None:
    if isinstance(result, MakeFailure):
        raise result.error
    print_note(_notes(result))
    if as_json:
        print_json(_made_as_data(result))
        return
    print_line(summary(result))
    _print_next_steps([result])


def _print_several(results: list[MakeResult | MakeFailure], *, as_json: bool) -> None:
    made = [result for result in results if isinstance(result, MakeResult)]
    failed = [result for result in results if isinstance(result, MakeFailure)]
    print_note(tuple(dict.fromkeys(note for result in made for note in _notes(result))))
    if as_json:
        print_json([_made_as_data(result) for result in made])
    else:
        for result in made:
            print_line(summary(result))
    for failure in failed:
        print_error(f"Error: {failure.path} was not made. {with_advice(failure.error)}")
    kept = [result for result in made if not result.is_new]
    there = f", and {len(kept)} {'was' if len(kept) == 1 else 'were'} there already" if kept else ""
    print_error(f"{_how_many(len(made) - len(kept), len(results))}{there}.")
    if made and not as_json:
        _print_next_steps(made)


def _print_next_steps(made: list[MakeResult]) -> None:
    """Say where the files are, wherever the person looks from, and what can be done with them."""
    sys.stdout.flush()  # so that these lines are the last ones, also where both streams go to one place
    path = made[0].path.absolute()
    if len(made) == 1:
        print_error(f"Your session is {path}")
    else:
        print_error(f"Your sessions are in {path.parent}")
    them = "it" if len(made) == 1 else "them"
    print_error(
        f"Open {them} to play {them}. For your phone, send {them} to yourself by mail or messenger, or copy {them} over a "
        "cable or through your cloud folder."
    )


def _notes(result: MakeResult) -> tuple[str, ...]:
    kept = () if result.is_new else (_KEPT.format(path=result.path),)
    return (*([fit_note(result.fit)] if result.fit else ()), *result.session.notes, *kept)


def _how_many(made: int, wanted: int) -> str:
    return f"{made} of {counted(wanted, 'file')} {'was' if made == 1 else 'were'} made"


def _made_as_data(made: MakeResult) -> dict[str, object]:
    return {
        **made.session.plan.to_dict(),
        "path": str(made.path),
        "is_new": made.is_new,
        "size_bytes": made.size_bytes,
        "beside": [str(path) for path in made.sidecars],
    }
