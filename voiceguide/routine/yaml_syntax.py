"""Explains where the YAML parser stopped, in words for the person who wrote the file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml.error import MarkedYAMLError

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_TAB = re.compile(r"^ *\t[ \t]*(?=[^\s#])")
_KEY_LINE = re.compile(r"^\s*(?:- +)*\w+:(?: |$)")
_UNSPACED = re.compile(r"^\s*(?:- +)*([\w-]+):(?=[^\s/])")
# A line whose value starts with a quotation mark.
_QUOTED = re.compile(r"^\s*(?:- +)*(?:\w+: +)?([\"'])")


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """What is wrong with the text, and where; lines and columns count from 1."""

    problem: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where and why the parser stopped, counted from 0; ``began`` is where the part that it read begins."""

    reason: str
    row: int
    column: int
    began: tuple[int, int]
    lines: tuple[str, ...]

    @property
    def line(self) -> str:
        return self.line_at(self.row)

    @property
    def before(self) -> str:
        return self.line[: self.column]

    def line_at(self, row: int) -> str:
        return self.lines[row] if row < len(self.lines) else ""

    def says(self, problem: str, row: int | None = None, column: int | None = None) -> SyntaxProblem:
        row, column = (self.row, self.column) if row is None else (row, column or 0)
        return SyntaxProblem(problem, row + 1, column + 1)


_Explain: TypeAlias = Callable[[_Stop], SyntaxProblem | None]


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text as the YAML parser counts them."""
    return tuple(_LINE_BREAK.split(text))


def explain(error: MarkedYAMLError, text: str) -> SyntaxProblem:
    """Return what is wrong where the parser stopped, and how to correct it."""
    reason = (error.problem or "not YAML").splitlines()[0].rstrip(".")
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return SyntaxProblem(_UNKNOWN.format(reason))
    began = error.context_mark or mark
    stop = _Stop(reason, mark.line, mark.column, (began.line, began.column), lines_of(text))
    for words, explanations in _EXPLANATIONS:
        if words in reason:
            for explanation in explanations:
                if found := explanation(stop):
                    return found
    return stop.says(_UNKNOWN.format(reason))


_UNKNOWN = "YAML cannot be read here ({}); check for a missing quote, colon or bracket, and the indentation."


def _tab(stop: _Stop) -> SyntaxProblem | None:
    if _TAB.match(stop.line):
        return stop.says("this line starts with a tab; indent with spaces.", stop.row, 0)
    return stop.says("YAML does not allow a tab here; use spaces.") if "'\\t'" in stop.reason else None


def _quote(stop: _Stop) -> SyntaxProblem | None:
    """The parser stops right after a quotation mark, or at the end of the file, still looking for one."""
    if "end of stream" in stop.reason:
        return stop.says("this quote is never closed.", *stop.began)
    mark = stop.before.rstrip()[-1:]
    for row in range(stop.row, -1, -1) if mark in {"'", '"'} else ():
        opened = _QUOTED.match(stop.line_at(row))
        if opened and opened[1] == mark and row == stop.row and opened.end() < len(stop.before.rstrip()):
            return stop.says(
                "there is text after the closing quote; put the whole text in the other kind of quotes."
            )
        if opened and opened[1] == mark and row < stop.row:
            return stop.says("this quote is never closed.", row, opened.end() - 1)
    return None


def _colon(stop: _Stop) -> SyntaxProblem | None:
    """A text contains a colon followed by a space."""
    if stop.before.strip(" -").isidentifier():  # the colon belongs to the key of this line
        return None
    return stop.says("this text contains a colon followed by a space; put the whole text in quotes.")


def _line_above(stop: _Stop) -> SyntaxProblem | None:
    """The line above, indented alike, is not a key with a value, and so continues into this one."""
    row = max(
        (row for row in range(stop.row) if stop.lines[row].strip() and stop.lines[row].strip()[0] != "#"),
        default=stop.row,
    )
    same_indent = _indent(stop.line_at(row)) == _indent(stop.line)
    return _no_key(stop, row) if row < stop.row and same_indent else None


def _first_line(stop: _Stop) -> SyntaxProblem | None:
    return _no_key(stop, stop.began[0]) or _line_above(stop)


def _no_key(stop: _Stop, row: int) -> SyntaxProblem | None:
    line = stop.line_at(row)
    if _KEY_LINE.match(line):
        return None
    if found := _UNSPACED.match(line):
        return stop.says(f"put a space after the colon of {found[1]!r}.", row, found.end() - 1)
    return stop.says("this line is not a key with a value, such as 'title: Lower back'.", row, 0)


def _indentation(stop: _Stop) -> SyntaxProblem | None:
    """A line starts in a column of its own."""
    if stop.line.lstrip().startswith("- ") or (
        stop.before.strip() and not stop.before.strip().isidentifier()
    ):
        return None
    return stop.says("this line is not indented like the lines above it.", stop.row, _indent(stop.line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _brackets(stop: _Stop) -> SyntaxProblem | None:
    row, column = stop.began
    if row != stop.row:
        bracket = stop.line_at(row)[column : column + 1]
        return stop.says(f"{bracket!r} is not closed, or a text inside it needs quotes.", row, column)
    if stop.line[stop.column : stop.column + 1] == "{":
        return stop.says("inside braces, a text with a placeholder such as {side} needs quotes.")
    return stop.says(
        "inside [ ] and { }, separate items with commas; a text with a comma, colon, quote or bracket needs quotes."
    )


def _first_character(stop: _Stop) -> SyntaxProblem | None:
    """A text begins with a character that means something else in YAML."""
    row, column = stop.began if "alias" in stop.reason or "anchor" in stop.reason else (stop.row, stop.column)
    character = stop.line_at(row)[column : column + 1]
    return stop.says(f"a text cannot start with {character!r}; put the whole text in quotes.", row, column)


def _hint(problem: str) -> _Explain:
    return lambda stop: stop.says(problem)


# What the parser's message contains, and functions that may explain it; the first explanation is used.
_EXPLANATIONS: tuple[tuple[str, tuple[_Explain, ...]], ...] = (
    ("", (_tab,)),
    ("unknown escape", (_hint("in double quotes, a backslash is special; remove it, or use single quotes."),)),
    ("another document", (_hint("a second document starts here; remove the line with '---'."),)),
    ("mapping values are not allowed", (_quote, _colon, _line_above, _indentation)),
    ("sequence entries are", (_hint("start each item of a list on its own line below the key, with '- '."),)),
    (
        "expected <",
        (_quote, _indentation, _hint("this does not belong to the lines above; check indentation, quotes, keys.")),
    ),
    ("end of stream", (_quote,)),
    ("expected ',' or", (_brackets,)),
    ("could not find expected ':'", (_quote, _first_line)),
    ("undefined alias", (_first_character,)),
    ("that cannot start any token", (_first_character,)),
    ("alphabetic or numeric character", (_first_character,)),
)  # fmt: skip
