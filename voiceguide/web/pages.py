"""The pages of a site, from templates that escape everything."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from voiceguide.export.cover import arcs
from voiceguide.text.formatting import format_hmmss
from voiceguide.web.entry import Entry

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

ASSETS = ("style.css", "player.js", "index.js", "icon.svg")


def index_page(entries: Sequence[Entry], title: str, description: str, base_url: str) -> bytes:
    """Return the page that lists the sessions."""
    return _page("index.html", entries=entries, title=title, description=description, base_url=base_url)


def session_page(entry: Entry, site_title: str, base_url: str) -> bytes:
    """Return the page that plays a session."""
    return _page("session.html", entry=entry, site_title=site_title, base_url=base_url)


def asset(name: str) -> bytes:
    """Return a file that all pages share."""
    return (resources.files("voiceguide.web") / "assets" / name).read_bytes()


def _page(template: str, **values: object) -> bytes:
    return _environment().get_template(template).render(**values).encode()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("voiceguide.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["clock"] = format_hmmss
    environment.filters["spoken_minutes"] = _spoken_minutes
    environment.filters["seconds"] = lambda ms: f"{ms / 1000:g}"
    environment.filters["unbroken"] = _unbroken
    environment.filters["arcs"] = lambda chapters: arcs(tuple(c.end_ms - c.start_ms for c in chapters))
    return environment


def _spoken_minutes(milliseconds: int) -> str:
    minutes = max(1, round(milliseconds / 60_000))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _unbroken(title: str) -> "Markup":
    """Keep ``25 s × 2`` at the end of a title on one line, and from left to right in a title that is not."""
    from markupsafe import Markup

    dose = re.search(r"\d+ s × \d+$", title)
    start = dose.start() if dose else len(title)
    last = Markup('<bdi class="dose" dir="ltr">{}</bdi>').format(title[start:]) if dose else ""
    return Markup("{}{}").format(title[:start], last)
