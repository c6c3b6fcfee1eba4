"""The command that makes sessions."""

from typing import TYPE_CHECKING, Any

import typer

from voiceguide.cli.parameters import AsJson, RoutineName, takes_options

if TYPE_CHECKING:  # imported where it is used, since help does not need it
    from voiceguide.session.making import MakeResult


@takes_options("make")
def make(routine: RoutineName, given: dict[str, Any], as_json: AsJson = False) -> None:
    """Make a session of a routine, as one audio file."""
    from voiceguide.cli.progress import progress_bars
    from voiceguide.cli.results import naming_finished_files, print_made
    from voiceguide.options.table import overridden_settings, read_variations
    from voiceguide.session.making import MakeFailure, make_sessions
    from voiceguide.session.source import find_source
    from voiceguide.settings import read_settings

    requests = read_variations("make", given)
    source = find_source(routine, read_settings(overridden=overridden_settings(requests[0])))
    results: list[MakeResult | MakeFailure] = []
    with naming_finished_files(results, len(requests)):
        with progress_bars() as progress:
            # One by one, so that results made before an interruption are included.
            results.extend(make_sessions(source, requests, progress=progress))
        print_made(results, as_json=as_json)
    if any(isinstance(result, MakeFailure) for result in results):
        raise typer.Exit(1)
