"""The parameters of commands: the options of the table, and those that several commands share."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from voiceguide.options.table import Option, Taker, options_of

RoutineName = Annotated[
    str,
    typer.Argument(
        metavar="ROUTINE",
        help="A built-in routine (see: voiceguide routines), a routine file, or a file made by voiceguide.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class _WithoutTypes:
    """Help without Python types: an argument is shown by its name, and a switch without a value."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, ``--help`` included."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            if isinstance(parameter, TyperArgument) or parameter.is_flag:
                setattr(parameter, "display_type_rich", lambda ctx: None)  # noqa: ARG005, B010
        return parameters


class Command(_WithoutTypes, TyperCommand):
    """A command."""


class Group(_WithoutTypes, TyperGroup):
    """A group of commands."""


_KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY


def takes_options(taker: Taker) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command a parameter for every option that it takes; it gets their values by keyword, as ``given``."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        options = options_of(taker)

        @wraps(command)
        def with_given(**values: Any) -> None:
            given = {option.keyword: values.pop(option.keyword) for option in options}
            command(given=given, **values)

        own = [
            parameter.replace(kind=_KEYWORD_ONLY)
            for parameter in inspect.signature(command).parameters.values()
            if parameter.name != "given"
        ]
        parameters = [*own[:1], *(_parameter(option, taker) for option in options), *own[1:]]
        with_given.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        with_given.__annotations__ = {one.name: one.annotation for one in parameters}
        return with_given

    return decorate


def _parameter(option: Option, taker: Taker) -> inspect.Parameter:
    types: dict[str, Any] = {"word": str | None, "switch": bool | None, "words": list[str] | None}
    names = flags(option)
    declared = typer.Option(
        *(["/".join(names)] if option.negation else names),
        metavar=option.value.metavar,
        help=option.help_of(taker),
        show_default=option.default or False,
        rich_help_panel=option.panel,
        autocompletion=_choices(option),
    )
    return inspect.Parameter(
        option.keyword, _KEYWORD_ONLY, default=None, annotation=Annotated[types[option.value.form], declared]
    )


def flags(option: Option) -> list[str]:
    """Return the names of an option with their dashes."""
    return [f"-{name}" if len(name) == 1 else f"--{name}" for name in option.command_line_names]


def _choices(option: Option) -> Callable[[], list[str]] | None:
    return (lambda: list(option.value.choices)) if option.value.choices else None
