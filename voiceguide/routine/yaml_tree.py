"""Reads YAML 1.2 into plain values with their positions in the text.

A routine file is untrusted: the parser's events are counted before anything is built from them, and what only
programs need (tags, merge keys, other versions of YAML) is refused. Errors in single values are collected, and the
rest is still read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.scalarbool import ScalarBoolean

from voiceguide.errors import Diagnostic, RoutineError
from voiceguide.routine.yaml_syntax import explain, lines_of

_MAX_DEPTH = 12
_MAX_VALUES = 8000
_MAX_NUMBER = 10**15
_MAX_CONTROL_CHARACTERS = 20

KeyPath: TypeAlias = Sequence[str | int]
Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
SourcePosition: TypeAlias = tuple[int | None, int | None]

# What YAML allows nowhere, not even in a comment.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]|(?<!^)\ufeff")


@dataclass(frozen=True)
class Tree:
    """The values of one text.

    Attributes:
        plain: dicts, lists, texts and numbers.
        diagnostics: errors in single keys and values, in the order of the text; such a value is None, and such a
            key is missing.
        lines: of the text.
    """

    plain: dict[str, Plain]
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[str, ...]
    _marked: CommentedMap

    def position(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column, from 1, of the deepest step of a path that the text has."""
        return _position(self._marked, path)

    def rename(self, path: KeyPath, old: str, new: str) -> None:
        """Rename a key of the part at a path; the new one has the position of the old one."""
        part, marked = _part_at(self.plain, path), _part_at(self._marked, path)
        part[new] = part.pop(old)
        marked.lc.data[new] = marked.lc.data[old]
        if old in marked.ca.items:
            marked.ca.items[new] = marked.ca.items.pop(old)
        marked[new] = marked.pop(old)

    def position_of_character(self, character: str, path: KeyPath) -> tuple[int, int]:
        """Return the first position of a character from a path on; the position of the path where it is escaped."""
        line, column = self.position(path)
        for number in range(line - 1, len(self.lines)):
            found = self.lines[number].find(character, column - 1 if number == line - 1 else 0)
            if found >= 0:
                return number + 1, found + 1
        return line, column

    def comment_cutting(self, path: KeyPath) -> str | None:
        """Return the comment after an unquoted text, where only one space separates the two."""
        parent = _part_at(self._marked, path[:-1])
        if type(parent[path[-1]]) is not str:
            return None
        tokens = parent.ca.items.get(path[-1]) or ()
        found = next((token for token in tokens if hasattr(token, "start_mark")), None)
        if found is None or not found.value.startswith("#"):
            return None
        line = self.lines[found.start_mark.line][: found.start_mark.column]
        return found.value.splitlines()[0] if line.endswith(" ") and not line.endswith("  ") else None


def _part_at(tree: Any, path: KeyPath) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _position(marked: Any, path: KeyPath) -> tuple[int, int]:
    found = (marked.lc.line + 1, marked.lc.col + 1)
    for step in path:
        if not has_step(marked, step):
            break
        mark = marked.lc.key(step) if isinstance(marked, CommentedMap) else marked.lc.item(step)
        found = (mark[0] + 1, mark[1] + 1)
        marked = marked[step]
    return found


def has_step(tree: object, step: str | int) -> bool:
    """Return whether a dict has a key, or a list an item."""
    if isinstance(tree, dict):
        return step in tree
    return isinstance(tree, list) and isinstance(step, int) and step < len(tree)


def format_path(path: KeyPath) -> str:
    """Return a path as one text, with the items of lists counted from 1, such as ``exercises.2.position``."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def read_tree(text: str, where: str) -> Tree:
    """Read a text whose top level is keys with values.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: it is not YAML, or far too large for a routine.
    """
    text, found = _without_control_characters(text)
    try:
        read = _load(text)
        if not isinstance(read.marked, CommentedMap):
            raise _Problem("a routine consists of keys with values, such as 'title: Lower back'.", (1, 1))
        flattener = _Flattener(read)
        plain = flattener.keys(read.marked, ())
    except _Problem as refused:
        raise RoutineError(_diagnostics([*found, refused], where)) from None
    return Tree(plain, _diagnostics([*found, *flattener.found], where), lines_of(text), read.marked)


def _diagnostics(found: "list[_Problem]", where: str) -> tuple[Diagnostic, ...]:
    unique = {
        (one.position, one.problem): Diagnostic(where, *one.position, format_path(one.path), one.problem)
        for one in found
    }
    return tuple(
        sorted(unique.values(), key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))
    )


class _Problem(Exception):
    """An error in the text, and where it is."""

    def __init__(self, problem: str, position: SourcePosition = (None, None), path: KeyPath = ()) -> None:
        super().__init__(problem)
        self.problem, self.position, self.path = problem, position, path


def _without_control_characters(text: str) -> "tuple[str, list[_Problem]]":
    """Replace each control character with a space, so that the parser can continue and positions stay correct."""
    found: list[_Problem] = []
    for match in _CONTROL.finditer(text):
        if len(found) < _MAX_CONTROL_CHARACTERS:
            start = text.rfind("\n", 0, match.start()) + 1
            spot = (text.count("\n", 0, start) + 1, match.start() - start + 1)
            found.append(
                _Problem(f"there is a control character (U+{ord(match[0]):04X}) here; delete it.", spot)
            )
    return _CONTROL.sub(" ", text), found


@dataclass(frozen=True)
class _DuplicateKey:
    """A key that a map has twice; the map is kept alive, so that its ``id`` stays unique."""

    key: object
    first_line: int
    spot: tuple[int, int]
    map: object


@dataclass(frozen=True)
class _Read:
    """What the parser built, and the duplicate keys of each map by the map's ``id``."""

    marked: Any
    duplicates: dict[int, list[_DuplicateKey]]


def _load(text: str) -> _Read:
    yaml = YAML(typ="rt", pure=True)
    yaml.Parser = _GuardedParser
    yaml.Constructor = _Constructor
    yaml.preserve_quotes = True
    try:
        # An anchor that is used twice is not a mistake in YAML 1.2.
        yaml.composer.warn_double_anchors = False
        marked = yaml.load(StringIO(text))
        return _Read(marked, yaml.constructor.duplicates)
    except MarkedYAMLError as error:
        syntax = explain(error, text)
        raise _Problem(syntax.problem, (syntax.line, syntax.column)) from None
    except _Problem:
        raise
    except (
        YAMLError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        ArithmeticError,
    ) as error:
        # On hostile input, the parser raises such errors.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise _Problem(f"cannot be read as YAML ({reason[:120]}).") from None


@dataclass(frozen=True)
class _UnsupportedValue:
    """A value that is neither a text nor a number."""

    written: str
    problem: str


class _Constructor(RoundTripConstructor):
    """Remembers duplicate keys, and continues after a value that it cannot construct."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.duplicates: dict[int, list[_DuplicateKey]] = {}

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:  # noqa: ARG002
        if key not in mapping:
            return True
        mark = key_node.start_mark
        first = mapping.lc.key(key)[0] + 1
        self.duplicates.setdefault(id(mapping), []).append(
            _DuplicateKey(key, first, (mark.line + 1, mark.column + 1), mapping)
        )
        return False

    def number(self, node: Any) -> object:
        make = self.construct_yaml_int if node.tag.endswith("int") else self.construct_yaml_float
        try:
            return make(node)
        except (ValueError, ArithmeticError):
            return _UnsupportedValue(node.value, _TOO_LARGE)

    def date(self, node: Any) -> object:
        return _UnsupportedValue(
            node.value, f"{node.value[:40]!r} is not a text or a number; put it in quotes."
        )


_TOO_LARGE = "this number is too large."
_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.number)
_Constructor.add_constructor("tag:yaml.org,2002:float", _Constructor.number)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.date)


class _GuardedParser(RoundTripParser):
    """Counts events, so that a small file never becomes a large tree."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._depth = 0
        self._found = 0

    def get_event(self) -> Any:
        event = super().get_event()
        kind = type(event).__name__
        self._found += 1
        self._depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if self._found > 2 * _MAX_VALUES or self._depth > _MAX_DEPTH + 2:  # stream and document count, too
            raise _Problem(_TOO_MUCH, (line, column))
        if kind == "DocumentStartEvent" and event.version not in {None, (1, 2)}:
            raise _Problem(
                "only YAML 1.2 is supported; remove the line that starts with '%YAML'.", (line, column)
            )
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _Problem(
                f"the tag {str(event.tag)[:60]} is not allowed; write only the value.", (line, column)
            )
        if kind == "ScalarEvent" and event.value == "<<" and event.style is None:
            raise _Problem("merging with '<<' is not supported; write the keys out.", (line, column))
        return event


_TOO_MUCH = "this is far larger or more deeply nested than a routine can be; check for aliases that repeat each other."


class _Flattener:
    """Turns what the YAML parser built into plain values, and collects errors in single ones.

    Every use of an alias counts as new values: a small file whose aliases expand to millions of values is refused
    after the first few thousand.
    """

    def __init__(self, read: _Read) -> None:
        self._left = _MAX_VALUES
        self._read = read
        self.found: list[_Problem] = []

    def keys(self, tree: CommentedMap, path: KeyPath) -> dict[str, Plain]:
        for duplicate in self._read.duplicates.get(id(tree), ()):
            first, again = duplicate.first_line, duplicate.spot[0]
            where = f"in lines {first} and {again}" if first != again else f"in line {first}"
            self._report(
                f"{str(duplicate.key)[:60]!r} is there twice, {where}; remove one.", path, duplicate.spot
            )
        return {str(key): self._value(tree[key], (*path, str(key))) for key in self._words(tree, path)}

    def _words(self, tree: CommentedMap, path: KeyPath) -> Iterator[Any]:
        """Yield the keys that are texts."""
        for key in tree:
            line, column = tree.lc.key(key)
            spot = (line + 1, column + 1)
            if not isinstance(key, str):
                self._report(f"the key {_shown_key(key)} is not a text; put it in quotes.", path, spot)
            elif not str(key).isprintable():
                self._report(
                    f"the key {str(key)[:60]!a} contains an invisible character; retype it.", path, spot
                )
            else:
                yield key

    def _report(self, problem: str, path: KeyPath, position: SourcePosition | None = None) -> None:
        self.found.append(_Problem(problem, position or _position(self._read.marked, path), path))

    def _value(self, value: object, path: KeyPath) -> Plain:
        self._left -= 1
        if self._left < 0 or len(path) > _MAX_DEPTH:
            raise _Problem(_TOO_MUCH)
        if isinstance(value, CommentedMap):
            return self.keys(value, path)
        if isinstance(value, CommentedSeq):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _scalar(self, value: object, path: KeyPath) -> Plain:
        """Return the plain value: the parser's classes also remember how it was written."""
        if isinstance(value, ScalarBoolean):
            return bool(value)
        if isinstance(value, _UnsupportedValue):
            self._report(value.problem, path)
            return None
        if isinstance(value, int | float) and abs(value) > _MAX_NUMBER:
            self._report(_TOO_LARGE, path)
            return None
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if value is not None:
            self._report(f"{str(value)[:40]!r} is not a text or a number; put it in quotes.", path)
        return None


def _shown_key(key: object) -> str:
    is_short = isinstance(key, bool | int | float) and abs(key) < _MAX_NUMBER
    return repr(key) if is_short else key.written[:40] if isinstance(key, _UnsupportedValue) else "here"
