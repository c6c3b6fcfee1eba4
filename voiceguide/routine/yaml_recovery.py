"""Slips of the pen that make a file unreadable: what to say of each, and how to read on behind it.

The YAML parser stops at the first thing that it cannot read. Where a slip can be mended in one line, the
mended text is read instead, so that everything else that is wrong is told, too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ruamel.yaml.error import MarkedYAMLError


class SourcePosition(NamedTuple):
    """A line and a column, from 0, as the parser counts."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong at a spot.

    Attributes:
        mended: the text with the slip mended; None where nobody can tell how.
        surely: whether what the parser meets next is told, too; after a guess it may come of the guess.
    """

    spot: SourcePosition | None
    problem: str
    mended: str | None = None
    surely: bool = False


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where and why the parser stopped; ``began`` is where it began what it could not end."""

    problem: str
    at: SourcePosition
    began: SourcePosition
    lines: tuple[str, ...]

    @property
    def line(self) -> str:
        return self.lines[self.at.line] if self.at.line < len(self.lines) else ""

    def with_line(self, number: int, line: str) -> str:
        return "\n".join((*self.lines[:number], line, *self.lines[number + 1 :]))


# Tells of a slip; None where it is another one.
_Reader: TypeAlias = Callable[[_Stop], Slip | None]

_KEY = re.compile(r"^(\s*(?:- +)*)([a-z]\w*): +(.*)$")
_ITEM = re.compile(r"^(\s*(?:- +)+)()(.*)$")
_KEY_LINE = re.compile(r"^\s*(?:- +)*\w+:(?: |$)")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_TAB = re.compile(r"^ *\t[ \t]*(?=[^\s#])")
_UNSPACED = re.compile(r"^\s*(?:- +)*([\w-]+):(?=[^\s/])")


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text as the YAML parser counts them."""
    return tuple(_LINE_BREAK.split(text))


def slip_of(error: MarkedYAMLError, text: str) -> tuple[Slip, ...]:
    """Return what is wrong where the parser stopped, in words for the person who wrote it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return (Slip(None, _OTHER.format(problem=_first_line(error))),)
    began = error.context_mark or mark
    stop = _Stop(
        _first_line(error),
        SourcePosition(mark.line, mark.column),
        SourcePosition(began.line, began.column),
        lines_of(text),
    )
    tabs = _tabs(stop)
    if tabs:
        return tabs
    for words, readers in _SLIPS:
        if words in stop.problem:
            for reader in readers:
                if slip := reader(stop):
                    return (slip,)
    return (Slip(stop.at, _OTHER.format(problem=stop.problem)),)


_OTHER = (
    "this cannot be read ({problem}); look for a missing quotation mark, colon or bracket, "
    "and at where the line starts."
)


def _first_line(error: MarkedYAMLError) -> str:
    return (error.problem or "this is not YAML").splitlines()[0].rstrip(".")


def _tabs(stop: _Stop) -> tuple[Slip, ...]:
    """Every line that begins with a tab, where the parser stopped at one."""
    if not _TAB.match(stop.line) and "'\\t'" not in stop.problem:
        return ()
    numbers = [number for number, line in enumerate(stop.lines) if _TAB.match(line)]
    mended = "\n".join(_TAB.sub(lambda found: found[0].replace("\t", "  "), line) for line in stop.lines)
    return tuple(
        Slip(SourcePosition(number, 0), "this line begins with a tab; use spaces.", mended)
        for number in numbers[:20]
    ) or (Slip(stop.at, "a tab stands here; use spaces."),)


def _indented(stop: _Stop) -> Slip | None:
    """A line that starts in a column of its own."""
    before = stop.line[: stop.at.column]
    if before.strip(" -") and not (_KEY.match(stop.line) and ":" not in before.strip().partition(": ")[2]):
        return None
    own = len(stop.line) - len(stop.line.lstrip())
    above = next((line for line in reversed(stop.lines[: stop.at.line]) if line.strip()), "")
    wanted = stop.began.column if stop.began.line < stop.at.line else len(above) - len(above.lstrip(" -"))
    if own == wanted:
        return None
    mended = stop.with_line(stop.at.line, " " * wanted + stop.line.lstrip())
    return Slip(
        SourcePosition(stop.at.line, own),
        "this line is indented differently from the lines above it; start it in the same column.",
        mended,
        surely=True,
    )


def _colon(stop: _Stop) -> Slip | None:
    """A text that holds a colon with a space after it."""
    found = _KEY.match(stop.line) or _ITEM.match(stop.line)
    if not found or stop.at.column < found.start(3) or found[3][:1] in {'"', "'", "{", "["}:
        return None
    key = f"{found[2]}: " if found[2] else "- "
    inside = found[3].replace("\\", "\\\\").replace('"', '\\"')
    start = found[3][: found[3].find(":") + 1]
    return Slip(
        stop.at,
        f'this text holds a colon with a space after it. Put the whole text in quotes: {key}"{start} …".',
        stop.with_line(stop.at.line, f'{stop.line[: found.start(3)]}"{inside}"'),
        surely=True,
    )


def _some_colon(stop: _Stop) -> Slip | None:
    return Slip(stop.at, "a colon with a space after it stands here; put the whole text in quotes.")


def _deeper(stop: _Stop) -> Slip | None:
    """A key that stands deeper than the one above it, which has a text already."""
    if stop.line[: stop.at.column].strip(" -").isidentifier() and stop.at.line:
        return _indented(
            _Stop(stop.problem, SourcePosition(stop.at.line, 0), SourcePosition(stop.at.line, 0), stop.lines)
        )
    return None


def _quote(stop: _Stop) -> Slip | None:
    """A quotation mark that is never closed: the parser swallowed what comes after it."""
    above = range(min(stop.at.line, len(stop.lines) - 1), -1, -1)
    at_the_end = "end of stream" in stop.problem
    for number in (stop.began.line,) if at_the_end else above:
        found = _KEY.match(stop.lines[number]) or _ITEM.match(stop.lines[number])
        mark = found[3][:1] if found else ""
        if found and mark in {'"', "'"} and number < stop.at.line:
            return _closed(stop, number, found.start(3)) if mark not in found[3][1:] else None
    return _closed(stop, *stop.began) if at_the_end else None


def _closed(stop: _Stop, number: int, column: int) -> Slip:
    line = stop.lines[number]
    return Slip(
        SourcePosition(number, column),
        f"a quotation mark opened in line {number + 1} is never closed.",
        stop.with_line(number, line + line[column : column + 1]),
        surely=True,
    )


def _behind_quotes(stop: _Stop) -> Slip | None:
    """Words behind the closing quotation mark."""
    found = _KEY.match(stop.line) or _ITEM.match(stop.line)
    if not found or found[3][:1] not in {'"', "'"} or stop.at.column <= found.start(3):
        return None
    inside = found[3].replace("\\", "\\\\").replace('"', '\\"')
    return Slip(
        stop.at,
        "words stand behind the closing quotation mark; put the whole text into one pair of quotes "
        "that it does not hold itself.",
        stop.with_line(stop.at.line, f'{stop.line[: found.start(3)]}"{inside}"'),
        surely=True,
    )


def _braces(stop: _Stop) -> Slip | None:
    """A line in brackets or braces: a text in it needs quotes, or it is never closed."""
    bracket = stop.lines[stop.began.line][stop.began.column : stop.began.column + 1]
    if stop.began.line != stop.at.line:
        return Slip(
            stop.began,
            f"{bracket!r} opened in line {stop.began.line + 1} is not closed, or a text in it needs quotes.",
        )
    if stop.line[stop.at.column : stop.at.column + 1] == "{":
        return Slip(
            stop.at,
            'a text with { } inside a line in braces needs quotes: instruction: "Stretch your {side} side."',
        )
    return Slip(
        stop.at,
        "inside of [ ] and { } commas stand between the parts, and a text that holds a comma, a colon, "
        "a quotation mark or a bracket needs quotes.",
    )


def _no_colon(stop: _Stop) -> Slip | None:
    """A line that is no key with a value."""
    number = stop.began.line
    if _KEY_LINE.match(stop.lines[number]):
        above = (
            n
            for n in range(number - 1, -1, -1)
            if stop.lines[n].strip(" ") and stop.lines[n].strip()[0] != "#"
        )
        number = next(above, number)
    line = stop.lines[number]
    if _KEY_LINE.match(line):
        return None
    if found := _UNSPACED.match(line):
        return Slip(
            SourcePosition(number, found.end() - 1),
            f"put a space after the colon of {found[1]!r}.",
            stop.with_line(number, line[: found.end()] + " " + line[found.end() :]),
            surely=True,
        )
    return Slip(
        SourcePosition(number, 0),
        "this line is no key with a value; write them with a colon and a space between, such as "
        "title: Lower back.",
    )


def _first_sign(stop: _Stop) -> Slip | None:
    """A text that begins with a sign of the parser's."""
    spot = stop.began if "alias" in stop.problem or "anchor" in stop.problem else stop.at
    line = stop.lines[spot.line] if spot.line < len(stop.lines) else ""
    sign = line[spot.column : spot.column + 1]
    if "alias" in stop.problem and sign != "*":
        spot, sign = stop.at, "*"
    found = _KEY.match(line) or _ITEM.match(line)
    mended = None
    if found and found.start(3) == spot.column:
        inside = found[3].replace("\\", "\\\\").replace('"', '\\"')
        mended = stop.with_line(spot.line, f'{line[: found.start(3)]}"{inside}"')
    return Slip(
        spot, f"a text cannot begin with {sign!r}; put the whole text in quotes.", mended, surely=True
    )


def _list(stop: _Stop) -> Slip | None:
    return Slip(stop.at, "a list begins below its key: each item on a line of its own, with '- ' before it.")


def _apart(stop: _Stop) -> Slip | None:
    """A line that belongs to nothing above it."""
    return Slip(
        stop.at,
        "this does not belong to the lines above it; look at where the line starts, and for a missing key, "
        "quotation mark or bracket.",
    )


def _backslash(stop: _Stop) -> Slip | None:
    """A sign that double quotes give a meaning of its own."""
    return Slip(
        stop.at, "a backslash in double quotes means something else; take it out, or use single quotes."
    )


def _second(stop: _Stop) -> Slip | None:
    return Slip(
        stop.at, "a second document begins here; a routine file holds one. Take out the line with '---'."
    )


# What the parser says, and who may know what is meant; the first who does tells.
_SLIPS: tuple[tuple[str, tuple[_Reader, ...]], ...] = (
    ("unknown escape character", (_backslash,)),
    ("another document", (_second,)),
    ("mapping values are not allowed", (_quote, _colon, _deeper, _no_colon, _some_colon)),
    ("sequence entries are not allowed", (_list,)),
    ("expected <block end>", (_quote, _behind_quotes, _indented, _apart)),
    ("expected <document start>", (_quote, _behind_quotes, _indented, _apart)),
    ("end of stream", (_quote,)),
    ("expected ',' or", (_braces,)),
    ("could not find expected ':'", (_quote, _no_colon)),
    ("undefined alias", (_first_sign,)),
    ("that cannot start any token", (_first_sign,)),
    ("alphabetic or numeric character", (_first_sign,)),
)
