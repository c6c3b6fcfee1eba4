"""Sessions are made, and told of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from voiceguide.cli.advice import with_advice
from voiceguide.cli.printing import print_error, print_json, print_note
from voiceguide.cli.progress import progress_bars
from voiceguide.cli.report import fit_note, summary
from voiceguide.options.output import OutputOptions
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.session.making import MakeFailure, MakeResult, make_sessions
from voiceguide.session.source import find_source
from voiceguide.settings import read_settings
from voiceguide.text.printable import counted


def make_and_report(
    name: str,
    variations: Sequence[SessionOptions],
    voice_options: VoiceOptions,
    file: OutputOptions,
    *,
    duration_ms: int | None = None,
    jobs: int | None = None,
    as_json: bool = False,
) -> bool:
    """Make one session or several, and return whether all were made.

    One that fails is told at the end, and the others are kept.
    """
    settings = read_settings()
    source = find_source(name, settings)
    file = replace(file, folder=file.folder or settings.output, url=settings.url)
    results: list[MakeResult | MakeFailure] = []
    with _told_when_stopped(results, len(variations)):
        with progress_bars() as progress:
            sessions = make_sessions(
                source,
                variations,
                voice_options,
                file,
                duration_ms=duration_ms,
                jobs=jobs,
                progress=progress,
            )
            # One by one: those that were made before an end are there.
            results.extend(sessions)
        if len(variations) > 1:
            _tell(results, as_json=as_json)
        else:
            _tell_one(results[0], as_json=as_json)
    return not any(isinstance(result, MakeFailure) for result in results)


@contextmanager
def _told_when_stopped(results: list[MakeResult | MakeFailure], wanted: int) -> Iterator[None]:
    """Have whoever stops it told which files are there by then."""
    try:
        yield
    except BaseException as stop:
        if made := [str(result.path) for result in results if isinstance(result, MakeResult)]:
            stop.add_note(f"{_how_many(len(made), wanted)}: {', '.join(made)}.")
        raise


def _tell_one(result: MakeResult | MakeFailure, *, as_json: bool) -> None:
    if isinstance(result, MakeFailure):
        raise result.error
    print_note(_notes(result))
    print_json(_as_data(result)) if as_json else print(summary(result))


def _tell(results: list[MakeResult | MakeFailure], *, as_json: bool) -> None:
    made = [result for result in results if isinstance(result, MakeResult)]
    failed = [result for result in results if isinstance(result, MakeFailure)]
    print_note(tuple(dict.fromkeys(note for result in made for note in _notes(result))))
    if as_json:
        print_json([_as_data(result) for result in made])
    else:
        for result in made:
            print(summary(result))
    for failure in failed:
        print_error(f"Error: {failure.path} was not made. {with_advice(failure.error)}")
    print_error(f"{_how_many(len(made), len(results))}.")


def _notes(result: MakeResult) -> tuple[str, ...]:
    return (*([fit_note(result.fit)] if result.fit else ()), *result.session.notes)


def _how_many(made: int, wanted: int) -> str:
    return f"{made} of {counted(wanted, 'file')} {'was' if made == 1 else 'were'} made"


def _as_data(made: MakeResult) -> dict[str, object]:
    return {
        **made.session.plan.to_dict(),
        "path": str(made.path),
        "size_bytes": made.size_bytes,
        "beside": [str(path) for path in made.sidecars],
    }
