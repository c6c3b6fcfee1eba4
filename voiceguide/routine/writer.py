"""Writes a routine as the text of a routine file, which reads back as the same routine."""

import io
from typing import Any

from voiceguide.routine.model import Routine
from voiceguide.routine.schema import NAME
from voiceguide.text.parsing import whole_if_integral

_WIDTH = 110
# Lists and keys with values as short as this stand on one line.
_MAX_ON_ONE_LINE = 60


def write_routine(routine: Routine) -> str:
    """Return a routine as YAML; values that are the default are left out.

    Args:
        routine: any valid one.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    values = routine.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    for entry in values["exercises"]:
        _without_sides_of_the_group(entry)
    text = io.StringIO()
    text.write(f"# yaml-language-server: $schema={NAME}\n")
    yaml.dump(_arranged(values), text)
    return text.getvalue()


def _without_sides_of_the_group(entry: dict[str, Any]) -> None:
    """Leave out the side that the exercises of a group take from it."""
    for exercise in entry["exercises"] if "group" in entry else ():
        if exercise.get("sides") == "group":
            del exercise["sides"]


def _arranged(value: Any) -> Any:
    """Return plain values as the writer's own, short ones without texts on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, dict):
        arranged: Any = CommentedMap((key, _arranged(item)) for key, item in value.items())
        parts = [*value.values()]
    elif isinstance(value, list):
        arranged = CommentedSeq(map(_arranged, value))
        parts = value
    else:
        return whole_if_integral(value) if isinstance(value, float) else value
    is_plain = all(isinstance(part, int | float | bool) for part in parts)
    if parts and is_plain and len(str(value)) <= _MAX_ON_ONE_LINE:
        arranged.fa.set_flow_style()
    return arranged
