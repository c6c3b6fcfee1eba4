"""YAML 1.2 text as a tree of plain values that knows where in the text each stands.

A routine file is untrusted: what the parser finds is counted before anything is built from it, and
what only programs need (tags, merge keys, other versions of YAML) is refused. What is wrong with one value
or one line is collected, and the rest is read nevertheless.
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
_LARGEST_NUMBER = 10**15
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
        faults: what is wrong with the text and with single values, in the order of the text; a value that is
            wrong is None, and a key that is wrong is left out.
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
        """Read a key of the part at a path as another one, which stands where the old one is written."""
        part, marked = _part_at(self.plain, path), _part_at(self._marked, path)
        part[new] = part.pop(old)
        marked.lc.data[new] = marked.lc.data[old]
        if old in marked.ca.items:
            marked.ca.items[new] = marked.ca.items.pop(old)
        marked[new] = marked.pop(old)

    def spot_of(self, character: str, path: KeyPath) -> tuple[int, int]:
        """Return where a character stands first, from a path on; the place of the path where it is written as a code."""
        line, column = self.position(path)
        for number in range(line - 1, len(self.lines)):
            found = self.lines[number].find(character, column - 1 if number == line - 1 else 0)
            if found >= 0:
                return number + 1, found + 1
        return line, column

    def comment_cutting(self, path: KeyPath) -> str | None:
        """Return the comment that ends the line of a text without quotes, where one space alone is before it."""
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
        if not has(marked, step):
            break
        mark = marked.lc.key(step) if isinstance(marked, CommentedMap) else marked.lc.item(step)
        found = (mark[0] + 1, mark[1] + 1)
        marked = marked[step]
    return found


def has(tree: object, step: str | int) -> bool:
    """Tell whether a dict has a key, or a list an item."""
    if isinstance(tree, dict):
        return step in tree
    return isinstance(tree, list) and isinstance(step, int) and step < len(tree)


def dotted(path: KeyPath) -> str:
    """Join a path; the items of a list count from 1, as a person counts."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def read_tree(text: str, where: str) -> Tree:
    """Read a text whose outermost level is keys with values.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: it is no YAML, or more than a routine can be; with all that is known to be wrong.
    """
    text, found = _without_control_characters(text)
    try:
        read = _load(text)
        if not isinstance(read.marked, CommentedMap):
            raise _Refused("a routine is a list of keys with values, such as 'title: Lower back'.", (1, 1))
        flattener = _Flattener(read)
        plain = flattener.keys(read.marked, ())
    except _Refused as refused:
        raise RoutineError(_faults([*found, refused], where)) from None
    return Tree(plain, _faults([*found, *flattener.found], where), lines_of(text), read.marked)


def _faults(found: "list[_Refused]", where: str) -> tuple[Diagnostic, ...]:
    told = {
        (one.spot, one.problem): Diagnostic(where, *one.spot, dotted(one.path), one.problem) for one in found
    }
    return tuple(sorted(told.values(), key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0)))


class _Refused(Exception):
    """What is wrong with the text, and where."""

    def __init__(self, problem: str, spot: SourcePosition = (None, None), path: KeyPath = ()) -> None:
        super().__init__(problem)
        self.problem, self.spot, self.path = problem, spot, path


def _without_control_characters(text: str) -> "tuple[str, list[_Refused]]":
    """Return a text that the parser can read: each such character is a space, so that all places stay."""
    found: list[_Refused] = []
    for match in _CONTROL.finditer(text):
        if len(found) < _MAX_CONTROL_CHARACTERS:
            start = text.rfind("\n", 0, match.start()) + 1
            spot = (text.count("\n", 0, start) + 1, match.start() - start + 1)
            found.append(
                _Refused(f"a control character (U+{ord(match[0]):04X}) stands here; delete it.", spot)
            )
    return _CONTROL.sub(" ", text), found


@dataclass(frozen=True)
class _Double:
    """A key that stands in a map again; ``map`` is kept, so that no other takes over its identity."""

    key: object
    first_line: int
    spot: tuple[int, int]
    map: object


@dataclass(frozen=True)
class _Read:
    """What the parser built, and where a map has a key again, by the map's identity."""

    marked: Any
    doubles: dict[int, list[_Double]]


def _load(text: str) -> _Read:
    yaml = YAML(typ="rt", pure=True)
    yaml.Parser = _GuardedParser
    yaml.Constructor = _Constructor
    yaml.preserve_quotes = True
    try:
        # An anchor that is used twice is no mistake in YAML 1.2.
        yaml.composer.warn_double_anchors = False
        marked = yaml.load(StringIO(text))
        return _Read(marked, yaml.constructor.doubles)
    except MarkedYAMLError as error:
        syntax = explain(error, text)
        raise _Refused(syntax.problem, (syntax.line, syntax.column)) from None
    except _Refused:
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
        # The parser lets such errors out on hostile input.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise _Refused(f"is not readable YAML ({reason[:120]}).") from None


@dataclass(frozen=True)
class _Odd:
    """A value that is read as something else than a text or a number."""

    written: str
    problem: str


class _Constructor(RoundTripConstructor):
    """Remembers a key that stands twice, and lets no single value stop the reading."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.doubles: dict[int, list[_Double]] = {}

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:  # noqa: ARG002
        if key not in mapping:
            return True
        mark = key_node.start_mark
        first = mapping.lc.key(key)[0] + 1
        self.doubles.setdefault(id(mapping), []).append(
            _Double(key, first, (mark.line + 1, mark.column + 1), mapping)
        )
        return False

    def number(self, node: Any) -> object:
        make = self.construct_yaml_int if node.tag.endswith("int") else self.construct_yaml_float
        try:
            return make(node)
        except (ValueError, ArithmeticError):
            return _Odd(node.value, _TOO_LARGE)

    def date(self, node: Any) -> object:
        return _Odd(node.value, f"{node.value[:40]!r} is not a text or a number; put it in quotes.")


_TOO_LARGE = "this number is far too large."
_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.number)
_Constructor.add_constructor("tag:yaml.org,2002:float", _Constructor.number)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.date)


class _GuardedParser(RoundTripParser):
    """Counts what it finds, so that a small file never becomes a large tree."""

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
            raise _Refused(_TOO_MUCH, (line, column))
        if kind == "DocumentStartEvent" and event.version not in {None, (1, 2)}:
            raise _Refused(
                "only YAML 1.2 is read; take out the line that begins with '%YAML'.", (line, column)
            )
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _Refused(
                f"the tag {str(event.tag)[:60]} is not allowed; write the value alone.", (line, column)
            )
        if kind == "ScalarEvent" and event.value == "<<" and event.style is None:
            raise _Refused("keys cannot be merged with '<<'; write them out.", (line, column))
        return event


_TOO_MUCH = (
    "holds far more, or far deeper, values than a routine can; are there aliases that repeat each other?"
)


class _Flattener:
    """Turns what the YAML parser built into plain values, and collects what is wrong with single ones.

    An alias is expanded wherever it stands, and every value counts: a small file whose aliases would
    unfold into millions of values is refused after the first few thousand.
    """

    def __init__(self, read: _Read) -> None:
        self._left = _MAX_VALUES
        self._read = read
        self.found: list[_Refused] = []

    def keys(self, tree: CommentedMap, path: KeyPath) -> dict[str, Plain]:
        for double in self._read.doubles.get(id(tree), ()):
            first, again = double.first_line, double.spot[0]
            where = f"in lines {first} and {again}" if first != again else f"in line {first}"
            self._tell(
                f"{str(double.key)[:60]!r} is written twice, {where}; take one out.", path, double.spot
            )
        return {str(key): self._value(tree[key], (*path, str(key))) for key in self._words(tree, path)}

    def _words(self, tree: CommentedMap, path: KeyPath) -> Iterator[Any]:
        """Yield the keys that are words."""
        for key in tree:
            line, column = tree.lc.key(key)
            spot = (line + 1, column + 1)
            if not isinstance(key, str):
                self._tell(f"the key {_shown_key(key)} is not a word; put it in quotes.", path, spot)
            elif not str(key).isprintable():
                self._tell(
                    f"the key {str(key)[:60]!a} holds an invisible character; write it anew.", path, spot
                )
            else:
                yield key

    def _tell(self, problem: str, path: KeyPath, spot: SourcePosition | None = None) -> None:
        self.found.append(_Refused(problem, spot or _position(self._read.marked, path), path))

    def _value(self, value: object, path: KeyPath) -> Plain:
        self._left -= 1
        if self._left < 0 or len(path) > _MAX_DEPTH:
            raise _Refused(_TOO_MUCH)
        if isinstance(value, CommentedMap):
            return self.keys(value, path)
        if isinstance(value, CommentedSeq):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _scalar(self, value: object, path: KeyPath) -> Plain:
        """The parser's own classes remember their form; the model wants the bare values."""
        if isinstance(value, ScalarBoolean):
            return bool(value)
        if isinstance(value, _Odd):
            self._tell(value.problem, path)
            return None
        if isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
            self._tell(_TOO_LARGE, path)
            return None
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if value is not None:
            self._tell(f"{str(value)[:40]!r} is not a text or a number; put it in quotes.", path)
        return None


def _shown_key(key: object) -> str:
    is_short = isinstance(key, bool | int | float) and abs(key) < _LARGEST_NUMBER
    return repr(key) if is_short else key.written[:40] if isinstance(key, _Odd) else "here"
