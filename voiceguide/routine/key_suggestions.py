"""Knows which key belongs where in a routine file, and suggests what an unknown key may mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from voiceguide.errors import did_you_mean, nearest
from voiceguide.routine.model import (
    Defaults,
    Exercise,
    Group,
    HoldRange,
    Noun,
    RepRange,
    RestRange,
    Routine,
    Safety,
    SideReps,
    Source,
    with_side_of_group,
)
from voiceguide.routine.movements import MOVEMENTS, Breath, Growth, Phase, Step, Variation
from voiceguide.routine.yaml_tree import KeyPath

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a file: its models (several where a key chooses one), and how to say where it is."""

    models: tuple[type[BaseModel], ...]
    where: str


# By path, without the steps into lists.
_PARTS: dict[tuple[str, ...], _Part] = {
    (): _Part((Routine,), "at the top level"),
    ("noun",): _Part((Noun,), "under 'noun'"),
    ("safety",): _Part((Safety,), "under 'safety'"),
    ("source",): _Part((Source,), "under 'source'"),
    ("defaults",): _Part((Defaults,), "under 'defaults'"),
    ("advised_hold_seconds",): _Part((HoldRange,), "under 'advised_hold_seconds'"),
    ("advised_reps",): _Part((RepRange,), "under 'advised_reps'"),
    ("advised_rest_seconds",): _Part((RestRange,), "under 'advised_rest_seconds'"),
    ("exercises",): _Part((Exercise, Group), "in an exercise, next to its 'name'"),
    ("exercises", "sides"): _Part((SideReps,), "under 'sides'"),
    ("exercises", "advised_hold_seconds"): _Part((HoldRange,), "under 'advised_hold_seconds'"),
    ("exercises", "advised_reps"): _Part((RepRange,), "under 'advised_reps'"),
    ("exercises", "advised_rest_seconds"): _Part((RestRange,), "under 'advised_rest_seconds'"),
    ("exercises", "movement"): _Part(MOVEMENTS, "under 'movement'"),
    ("exercises", "breath"): _Part((Breath,), "under 'breath'"),
    ("exercises", "breath", "in_seconds"): _Part((Growth,), "under 'in_seconds'"),
    ("exercises", "breath", "hold_seconds"): _Part((Growth,), "under 'hold_seconds'"),
    ("exercises", "breath", "out_seconds"): _Part((Growth,), "under 'out_seconds'"),
    ("exercises", "breath", "rest_seconds"): _Part((Growth,), "under 'rest_seconds'"),
    ("exercises", "movement", "phases"): _Part((Phase,), "under 'phases'"),
    ("exercises", "movement", "steps"): _Part((Step,), "under 'steps'"),
    ("exercises", "movement", "variation"): _Part((Variation,), "under 'variation'"),
}
# Keys with a similar meaning but a different spelling.
_MEANINGS = {
    "title": "name", "duration": "hold_seconds", "seconds": "hold_seconds", "hold": "hold_seconds",
    "repetitions": "reps", "rounds": "reps", "count": "reps", "side": "sides", "pause": "rest_seconds", "rest": "rest_seconds",
    "type": "kind", "description": "introduction", "end": "closing", "outro": "closing", "cues": "reminders",
}  # fmt: skip
# From this similarity on, a word is a typing error rather than a key of another part.
_ALMOST = 0.85


def kind_of(movement: type[BaseModel]) -> str:
    """Return the kind that a movement's model is chosen by."""
    return str(get_args(movement.model_fields["kind"].annotation)[0])


def model_at(path: KeyPath, tree: object) -> type[BaseModel] | None:
    """Return the model of the part at a path, of the kind that the file names there."""
    part = _PARTS.get(_names(path))
    if part is None:
        return None
    if Group in part.models and _value_at(tree, (*path, "group")) is not None:
        return Group
    kind = _value_at(tree, (*path, "kind"))
    return next(
        (model for model in part.models if "kind" in model.model_fields and kind_of(model) == kind),
        part.models[0],
    )


def parts_of(tree: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any], type[BaseModel]]]:
    """Yield every part of a file that has a model: its path, its values, its model."""
    yield from _parts_of(tree, (), tree)


def _parts_of(
    value: object, path: Path, tree: object
) -> Iterator[tuple[Path, Mapping[str, Any], type[BaseModel]]]:
    if isinstance(value, Mapping):
        model = model_at(path, tree)
        if model is None:
            return
        yield path, value, model
        for key, item in value.items():
            if (*_names(path), key) in _PARTS:
                yield from _parts_of(_inside(value, key, item), (*path, key), tree)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _parts_of(item, (*path, index), tree)


def _inside(value: Mapping[str, Any], key: str, item: object) -> object:
    """Return a part inside another; the exercises of a group with sides are on the side of the group."""
    if key == "exercises" and value.get("sides") == "each" and isinstance(item, list):
        return [with_side_of_group(exercise) for exercise in item]
    return item


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys of a part, as a file has them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def unknown_key_problem(path: KeyPath, tree: object) -> str:
    """Return the sentence for an unknown key: the nearest key there, or where the key belongs."""
    *parent, last = path
    key, here = str(last), _names(parent)
    model = model_at(parent, tree)
    known = keys_of(model) if model else ()
    kind = kind_of(model) if model and "kind" in known else None
    missing = (
        f"there is no key {key!r} here."
        if kind is None
        else f"a movement of kind {kind!r} has no key {key!r}."
    )
    if model and key in model.renamed_keys:  # type: ignore[attr-defined]
        return (
            f"{key!r} is the old name of {model.renamed_keys[key]!r}, which is set too; delete one of them."  # type: ignore[attr-defined]
        )
    if _MEANINGS.get(key) in known:
        return f"{missing} Did you mean {_MEANINGS[key]!r}?"
    if nearest(key, known, _ALMOST):
        return f"{missing} {did_you_mean(key, known)}"
    if elsewhere := _elsewhere(key, here, model):
        return f"{missing} It belongs {elsewhere}."
    offered = did_you_mean(key, known)
    if not nearest(key, known):
        for place, part in _PARTS.items():
            near = nearest(key, part.models[0].model_fields, _ALMOST)
            if near and place != here:
                return f"{missing} Did you mean {near[0]!r}, {part.where}?"
    return f"{missing} {offered}"


def _elsewhere(key: str, here: tuple[str, ...], model: type[BaseModel] | None) -> str:
    """Return where a key belongs: in another kind of movement, or in the parts nearest to this one."""
    if model in MOVEMENTS:
        below = [part.where for place, part in _PARTS.items() if place[:-1] == here and _has(part, key)]
        kinds = [kind_of(other) for other in MOVEMENTS if key in other.model_fields]
        if below:
            return below[0]
        if kinds:
            return f"to the kind {' or '.join(kinds)}"
    places = [place for place, part in _PARTS.items() if place != here and _has(part, key)]
    longest = max((_shared(place, here) for place in places), default=0)
    near = [_PARTS[place].where for place in places if _shared(place, here) == longest]
    return " or ".join(near) if len(near) <= 3 else ""


def _has(part: _Part, key: str) -> bool:
    return any(key in model.model_fields for model in part.models)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def choices_at(path: KeyPath, tree: object) -> tuple[str, ...]:
    """Return the words allowed at a path; none where other values are."""
    return tuple(value for value in get_args(_annotation(path, tree)) if isinstance(value, str))


def range_at(path: KeyPath, tree: object) -> tuple[float | None, float | None]:
    """Return the minimum and maximum allowed at a path; None where there is no limit."""
    field = _field(path, tree)
    limits = [*field.metadata, *_limits(field.annotation)] if field else []
    minimum = next((limit.ge for limit in limits if isinstance(limit, Ge)), None)
    maximum = next((limit.le for limit in limits if isinstance(limit, Le)), None)
    return minimum, maximum  # type: ignore[return-value]


def _limits(annotation: object) -> Iterator[object]:
    for argument in get_args(annotation):
        yield from argument.metadata if isinstance(argument, FieldInfo) else (argument, *_limits(argument))


def _annotation(path: KeyPath, tree: object) -> object:
    field = _field(path, tree)
    return field.annotation if field else None


def _field(path: KeyPath, tree: object) -> FieldInfo | None:
    model = model_at(path[:-1], tree) if path else None
    fields = {field.alias or name: field for name, field in model.model_fields.items()} if model else {}
    return fields.get(str(path[-1]))


def _names(path: KeyPath) -> tuple[str, ...]:
    """Return a path without its steps into lists; exercises in a group are found where others are."""
    names = tuple(step for step in path if isinstance(step, str))
    return names[1:] if names[:2] == ("exercises", "exercises") else names


def _value_at(tree: Any, path: KeyPath) -> object:
    try:
        for step in path:
            tree = tree[step]
    except (KeyError, IndexError, TypeError):
        return None
    return tree
