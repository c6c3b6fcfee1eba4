"""The command that publishes a site."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voiceguide.cli.printing import print_json, print_line, print_note
from voiceguide.cli.progress import progress_bars
from voiceguide.errors import UsageError
from voiceguide.export.formats import CONTAINERS
from voiceguide.options.table import overridden_settings, read_variations
from voiceguide.session.source import find_source
from voiceguide.settings import read_settings
from voiceguide.text.printable import counted
from voiceguide.web.choices import RoutineChoices, make_choices
from voiceguide.web.site import (
    Published,
    checked_imprint,
    checked_title,
    checked_url,
    publish,
)

_MAX_SHOWN = 12


@dataclass(frozen=True)
class SiteOptions:
    """What is chosen for the site as a whole."""

    base_url: str
    title: str | None = None
    author: str | None = None
    contact: str | None = None
    prune: bool = False


def publish_and_report(
    folder: Path, names: Sequence[str], given: Mapping[str, Any], site: SiteOptions, *, as_json: bool
) -> None:
    """Publish files, and routines with all choices of the given options; what is made first goes to a temporary folder."""
    if not site.base_url:
        raise UsageError(
            "publish needs --base-url, the URL where the site will be, such as https://example.org/back/."
        )
    url = checked_url(site.base_url)
    title = None if site.title is None else checked_title(site.title)
    imprint = checked_imprint(site.author, site.contact)
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as made:
        named = list(_named(names, given, Path(made), url))
        files = [path for one in named for path in (one.files if isinstance(one, RoutineChoices) else (one,))]
        routines = [one for one in named if isinstance(one, RoutineChoices)]
        try:
            published = publish(
                folder,
                files,
                site.base_url,
                routines=routines,
                title=title,
                imprint=imprint,
                prune=site.prune,
            )
        except BaseException as stop:
            stop.add_note(f"Part of the site may be in {folder}; publishing again completes it.")
            raise
    print_note(published.notes)
    if as_json:
        print_json({**asdict(published), "folder": str(folder)})
    else:
        _print_published(published)


def _named(
    names: Sequence[str], given: Mapping[str, Any], made: Path, base_url: str
) -> Iterator[Path | RoutineChoices]:
    """Yield a file that is named, or the choices of a routine."""
    requests = read_variations("publish", given)
    settings = read_settings(overridden=overridden_settings(requests[0]))
    for number, name in enumerate(names):
        if Path(name).suffix.lower() in CONTAINERS:
            yield Path(name)
            continue
        with progress_bars() as progress:
            choices, notes = make_choices(
                find_source(name, settings),
                requests,
                made / str(number),
                base_url=base_url,
                progress=progress,
            )
        print_note(notes)
        yield choices


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
