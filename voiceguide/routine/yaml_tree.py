"""YAML 1.2 text as a tree of plain values that knows where in the text each stands.

A routine file is untrusted: what the parser finds is counted before anything is built from it, and
what only programs need (tags, merge keys, other versions of YAML) is refused.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.scalarbool import ScalarBoolean

from voiceguide.errors import Fault, RoutineError

_MOST_DEPTH = 12
_MOST_VALUES = 8000
_LARGEST_NUMBER = 10**15

Place: TypeAlias = Sequence[str | int]
Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True)
class Tree:
    """The values of one text.

    Attributes:
        plain: dicts, lists, texts and numbers.
    """

    plain: dict[str, Plain]
    _marked: CommentedMap

    def position(self, path: Place) -> tuple[int | None, int | None]:
        """Return line and column, from 1, of the deepest step of a path that the text has."""
        found: tuple[int | None, int | None] = (None, None)
        tree: Any = self._marked
        for step in path:
            if not has(tree, step):
                break
            mark = tree.lc.key(step) if isinstance(tree, CommentedMap) else tree.lc.item(step)
            found = (mark[0] + 1, mark[1] + 1)
            tree = tree[step]
        return found


def has(tree: object, step: str | int) -> bool:
    """Tell whether a dict has a key, or a list an item."""
    if isinstance(tree, dict):
        return step in tree
    return isinstance(tree, list) and isinstance(step, int) and step < len(tree)


def dotted(path: Place) -> str:
    """Join a path; the items of a list count from 1, as a person counts."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def read_tree(text: str, where: str) -> Tree:
    """Read a text whose outermost level is keys with values.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: it is no YAML, or more than a routine can be.
    """
    try:
        marked = _loaded(text)
        if not isinstance(marked, CommentedMap):
            raise _Refused("a routine is a list of keys with values, such as 'title: Lower back'.", 1)
        return Tree(_Flattener().keys(marked, ()), marked)
    except _Refused as refused:
        fault = Fault(where, refused.line, refused.column, dotted(refused.path), refused.problem)
        raise RoutineError((fault,)) from None


class _Refused(Exception):
    """What is wrong with the text, and where."""

    def __init__(
        self, problem: str, line: int | None = None, column: int | None = None, path: Place = ()
    ) -> None:
        super().__init__(problem)
        self.problem, self.line, self.column, self.path = problem, line, column, path


def _loaded(text: str) -> object:
    yaml = YAML(typ="rt", pure=True)
    yaml.Parser = _GuardedParser
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return yaml.load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _Refused(_in_plain_words(error.problem or "this is not YAML"), *place) from None
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


def _in_plain_words(problem: str) -> str:
    if "another document" in problem:
        return "a second document begins here; a routine file holds one. Take out the line with '---'."
    return f"{problem.splitlines()[0].rstrip('.')}; check quotes, colons and indents."


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
        if self._found > 2 * _MOST_VALUES or self._depth > _MOST_DEPTH + 2:  # stream and document count, too
            raise _Refused(_TOO_MUCH, line, column)
        if kind == "DocumentStartEvent" and event.version not in {None, (1, 2)}:
            raise _Refused("only YAML 1.2 is read; take out the line that begins with '%YAML'.", line, column)
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _Refused(
                f"the tag {str(event.tag)[:60]} is not allowed; write the value alone.", line, column
            )
        if kind == "ScalarEvent" and event.value == "<<" and event.style is None:
            raise _Refused("keys cannot be merged with '<<'; write them out.", line, column)
        return event


_TOO_MUCH = (
    "holds far more, or far deeper, values than a routine can; are there aliases that repeat each other?"
)


class _Flattener:
    """Turns what the YAML parser built into plain values.

    An alias is expanded wherever it stands, and every value counts: a small file whose aliases would
    unfold into millions of values is refused after the first few thousand.
    """

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def keys(self, tree: CommentedMap, path: Place) -> dict[str, Plain]:
        return {
            self._key(key, tree, path): self._value(item, (*path, str(key))) for key, item in tree.items()
        }

    def _value(self, value: object, path: Place) -> Plain:
        self._left -= 1
        if self._left < 0 or len(path) > _MOST_DEPTH:
            raise _Refused(_TOO_MUCH)
        if isinstance(value, CommentedMap):
            return self.keys(value, path)
        if isinstance(value, CommentedSeq):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _key(self, key: object, tree: CommentedMap, path: Place) -> str:
        if isinstance(key, str):
            return str(key)
        line, column = tree.lc.key(key)
        shown = repr(key) if isinstance(key, bool | int | float) and abs(key) < _LARGEST_NUMBER else "here"
        raise _Refused(f"the key {shown} is not a word; put it in quotes.", line + 1, column + 1, path)

    def _scalar(self, value: object, path: Place) -> Plain:
        """The parser's own classes remember their form; the model wants the bare values."""
        if isinstance(value, ScalarBoolean):
            return bool(value)
        if isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
            raise _Refused("this number is far too large.", path=path)
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if value is None:
            return None
        raise _Refused(f"{str(value)[:40]!r} is not a text or a number; put it in quotes.", path=path)
