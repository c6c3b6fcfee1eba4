"""The command that publishes a site."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from voiceguide.cli.printing import print_json, print_line, print_note
from voiceguide.cli.progress import progress_bars
from voiceguide.errors import UsageError
from voiceguide.export.formats import CONTAINERS
from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.session.making import make_session
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
    folder: Path, names: Sequence[str], base_url: str, title: str | None, *, prune: bool, as_json: bool
) -> None:
    """Publish files and routines; routines are made first, in a temporary folder."""
    if not base_url:
        raise UsageError(
            "publish needs --base-url, the URL where the site will be, such as https://example.org/back/."
        )
    checked_url(base_url)
    title = None if title is None else checked_title(title)
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as made:
        files = list(_files(names, Path(made)))
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


def _files(names: Sequence[str], made: Path) -> Iterator[Path]:
    settings = read_settings()
    for number, name in enumerate(names):
        if Path(name).suffix.lower() in CONTAINERS:
            yield Path(name)
            continue
        # Undated, so that the same session is the same file tomorrow.
        request = Request(output=OutputOptions(made / f"{number}.mp3", dated=False))
        with progress_bars() as progress:
            made_one = make_session(find_source(name, settings), request, progress=progress)
        print_note(made_one.session.notes)
        yield made_one.path


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
