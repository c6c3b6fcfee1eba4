"""Formats times for people; all are whole milliseconds.

A time within a session is rounded down, so that nothing is shown before it happens; a length is rounded to the nearest.
"""


def format_seconds(milliseconds: int) -> str:
    """Return a length in seconds with its unit, such as ``10 s`` or ``7.5 s``."""
    return f"{milliseconds / 1000:g} s"


def whole_seconds(milliseconds: int) -> int:
    """Return a length in seconds, rounded to the nearest."""
    return (milliseconds + 500) // 1000


def whole_minutes(milliseconds: int) -> int:
    """Return a length in minutes, rounded to the nearest; at least one."""
    return max(1, (milliseconds + 30_000) // 60_000)


def format_mss(milliseconds: int) -> str:
    """Return ``m:ss``, however long."""
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}"


def format_hmmss(milliseconds: int) -> str:
    """Return ``m:ss``, and ``h:mm:ss`` from an hour on."""
    hours, rest = divmod(milliseconds, 3_600_000)
    return f"{hours}:{rest // 60_000:02}:{rest // 1000 % 60:02}" if hours else format_mss(rest)


def format_duration(milliseconds: int) -> str:
    """Return a length with its unit, ``m:ss min`` or ``h:mm:ss h``, rounded to the nearest second."""
    shown_ms = 1000 * whole_seconds(milliseconds)
    return f"{format_hmmss(shown_ms)} {'h' if shown_ms >= 3_600_000 else 'min'}"


def format_tenths(milliseconds: int) -> str:
    """Return ``m:ss.s``."""
    return f"{format_mss(milliseconds)}.{milliseconds // 100 % 10}"


def format_hundredths(milliseconds: int) -> str:
    """Return ``mm:ss.ss``, as in lyrics (LRC)."""
    return f"{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02}.{milliseconds // 10 % 100:02}"


def format_milliseconds(milliseconds: int) -> str:
    """Return ``m:ss.sss``."""
    return f"{format_mss(milliseconds)}.{milliseconds % 1000:03}"


def format_timecode(milliseconds: int, point: str = ".") -> str:
    """Return ``hh:mm:ss.sss``, as in captions and chapters."""
    hours, rest = divmod(milliseconds, 3_600_000)
    return f"{hours:02}:{rest // 60_000:02}:{rest // 1000 % 60:02}{point}{rest % 1000:03}"
