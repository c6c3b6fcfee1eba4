"""The command that publishes a site."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from voiceguide.cli.printing import print_json, print_line, print_note
from voiceguide.cli.progress import progress_bars
from voiceguide.errors import UsageError
from voiceguide.export.formats import CONTAINERS
from voiceguide.options.output import OutputOptions
from voiceguide.options.table import overridden_settings, read_variations
from voiceguide.session.making import MakeFailure, make_sessions
from voiceguide.session.source import find_source
from voiceguide.settings import read_settings
from voiceguide.text.printable import counted
from voiceguide.web.site import (
    Published,
    checked_title,
    checked_url,
    publish,
)

_MAX_SHOWN = 12


def publish_and_report(
    folder: Path,
    names: Sequence[str],
    given: Mapping[str, Any],
    base_url: str,
    title: str | None,
    *,
    prune: bool,
    as_json: bool,
) -> None:
    """Publish files and routines; routines are made first, with the given options, in a temporary folder."""
    if not base_url:
        raise UsageError(
            "publish needs --base-url, the URL where the site will be, such as https://example.org/back/."
        )
    checked_url(base_url)
    title = None if title is None else checked_title(title)
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as made:
        files = list(_files(names, given, Path(made)))
        try:
            published = publish(folder, files, base_url, title=title, prune=prune)
        except BaseException as stop:
            stop.add_note(f"Part of the site may be in {folder}; publishing again completes it.")
            raise
    print_note(published.notes)
    if as_json:
        print_json({**asdict(published), "folder": str(folder)})
    else:
        _print_published(published)


def _files(names: Sequence[str], given: Mapping[str, Any], made: Path) -> Iterator[Path]:
    requests = read_variations("publish", given)
    settings = read_settings(overridden=overridden_settings(requests[0]))
    for number, name in enumerate(names):
        if Path(name).suffix.lower() in CONTAINERS:
            yield Path(name)
            continue
        # Undated, so that the same session is the same file tomorrow.
        output = OutputOptions(f"{made / str(number)}/", dated=False)
        in_folder = [replace(request, output=output) for request in requests]
        with progress_bars() as progress:
            results = list(make_sessions(find_source(name, settings), in_folder, progress=progress))
        for result in results:
            if isinstance(result, MakeFailure):
                raise result.error
            print_note(result.session.notes)
            yield result.path


def _print_published(published: Published) -> None:
    print_line(published.folder)
    print_line(
        f"  {counted(len(published.pages), 'session')}, {counted(len(published.written), 'file')} written, "
        f"{len(published.unchanged)} unchanged"
    )
    _list("Removed", published.removed)
    _list("Not given this time, and kept; remove them with --prune", published.no_longer_named)
    print_line(f"  Put the folder on the web as {published.url}; the feed is {published.url}feed.xml")


def _list(what: str, names: Sequence[str]) -> None:
    if names:
        shown = ", ".join(names[:_MAX_SHOWN]) + (" …" if len(names) > _MAX_SHOWN else "")
        print_line(f"  {what}: {shown}")
