"""The pages of a site, from templates that escape everything."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from voiceguide.web.entry import Entry

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = ("style.css", "player.js", "icon.svg")


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
    environment.filters["clock"] = _clock
    environment.filters["spoken_minutes"] = lambda ms: f"{max(1, round(ms / 60_000))} minutes"
    environment.filters["seconds"] = lambda ms: f"{ms / 1000:g}"
    return environment


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
