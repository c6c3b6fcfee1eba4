"""Times as people read them; all are whole milliseconds."""


def in_minutes(milliseconds: int) -> str:
    """Return ``m:ss``, however long."""
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}"


def in_hours(milliseconds: int) -> str:
    """Return ``m:ss``, and ``h:mm:ss`` from an hour on."""
    hours, rest = divmod(milliseconds, 3_600_000)
    return f"{hours}:{rest // 60_000:02}:{rest // 1000 % 60:02}" if hours else in_minutes(rest)


def with_unit(milliseconds: int) -> str:
    """Return a length with its unit, ``m:ss min`` or ``h:mm:ss h``."""
    return f"{in_hours(milliseconds)} {'h' if milliseconds >= 3_600_000 else 'min'}"


def to_the_tenth(milliseconds: int) -> str:
    """Return ``m:ss.s``; what is less than a tenth is cut, so that nothing is shown before it comes."""
    return f"{in_minutes(milliseconds)}.{milliseconds // 100 % 10}"


def to_the_hundredth(milliseconds: int) -> str:
    """Return ``mm:ss.ss``, as lyrics have it (LRC)."""
    return f"{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02}.{milliseconds // 10 % 100:02}"


def to_the_millisecond(milliseconds: int) -> str:
    """Return ``m:ss.sss``."""
    return f"{in_minutes(milliseconds)}.{milliseconds % 1000:03}"


def timecode(milliseconds: int, point: str = ".") -> str:
    """Return ``hh:mm:ss.sss``, as captions and chapters have it."""
    hours, rest = divmod(milliseconds, 3_600_000)
    return f"{hours:02}:{rest // 60_000:02}:{rest // 1000 % 60:02}{point}{rest % 1000:03}"
