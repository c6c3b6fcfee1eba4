"""Sessions are made, and told of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from voiceguide.cli.printing import print_json, remark, tell
from voiceguide.cli.progress import progress_bars
from voiceguide.cli.report import summary
from voiceguide.options.output import OutputOptions
from voiceguide.options.session import SessionOptions
from voiceguide.session.making import (
    MakeFailure,
    MakeResult,
    Speaking,
    make_sessions,
)
from voiceguide.session.source import Source, find_source
from voiceguide.settings import read_settings
from voiceguide.store.port import Store
from voiceguide.store.user_cache import user_cache
from voiceguide.text.printable import counted


def make_and_report(
    name: str,
    variations: Sequence[SessionOptions],
    speaking: Speaking,
    file: OutputOptions,
    *,
    total_ms: int | None = None,
    as_json: bool = False,
) -> bool:
    """Make one session or several, and tell whether all were made.

    One that fails is told at the end, and the others are kept.
    """
    settings = read_settings()
    source = find_source(name, settings)
    file = replace(file, folder=file.folder or settings.output, url=settings.url)
    results: list[MakeResult | MakeFailure] = []
    with user_cache() as store, _told_when_stopped(results, len(variations)):
        if total_ms is not None:
            variations = [_fitted(source, wishes, speaking, total_ms, store) for wishes in variations]
        with progress_bars() as progress:
            # One by one: those that were made before an end are there.
            results.extend(make_sessions(source, variations, speaking, file, progress, store))
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


def _fitted(
    source: Source, wishes: SessionOptions, speaking: Speaking, total_ms: int, store: Store
) -> SessionOptions:
    """Find the wishes for a length, and tell what was found."""
    from voiceguide.session.duration_fit import fit_session

    asked = wishes.merge(source.wishes.without_timing())
    with progress_bars() as progress:
        fitted = fit_session(
            source.routine,
            asked,
            speaking.wishes.merge(source.speech),
            total_ms,
            store=store,
            jobs=speaking.jobs,
            progress=progress,
        )
    remark((fitted.told(),))
    return fitted.wishes


def _tell_one(result: MakeResult | MakeFailure, *, as_json: bool) -> None:
    if isinstance(result, MakeFailure):
        raise result.error
    remark(result.session.remarks())
    print_json(_as_data(result)) if as_json else print(summary(result))


def _tell(results: list[MakeResult | MakeFailure], *, as_json: bool) -> None:
    made = [result for result in results if isinstance(result, MakeResult)]
    failed = [result for result in results if isinstance(result, MakeFailure)]
    remark(tuple(dict.fromkeys(text for result in made for text in result.session.remarks())))
    if as_json:
        print_json([_as_data(result) for result in made])
    else:
        for result in made:
            print(summary(result))
    for failure in failed:
        tell(f"Error: {failure.path} was not made. {failure.error}")
    tell(f"{_how_many(len(made), len(results))}.")


def _how_many(made: int, wanted: int) -> str:
    return f"{made} of {counted(wanted, 'file')} {'was' if made == 1 else 'were'} made"


def _as_data(made: MakeResult) -> dict[str, object]:
    return {
        **made.session.plan.to_dict(),
        "path": str(made.path),
        "size_bytes": made.size_bytes,
        "beside": [str(path) for path in made.beside],
    }
