"""The parameters of commands: the options of the table, and those that several commands share."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from voiceguide.options.table import OPTIONS, Option, Taker, options_of
from voiceguide.options.values import SWITCH_WORDS

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

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments; an option whose value may be left out gets it."""
        return super().parse_args(
            ctx, _with_values(args, [name for parameter in self.params for name in parameter.opts])
        )


def _with_values(args: list[str], known: list[str]) -> list[str]:
    """Return arguments in which options that may stand without a value have one."""
    bare = {f"--{option.name}": option for option in OPTIONS if option.bare and f"--{option.name}" in known}
    negated = {f"--{option.negation}": name for name, option in bare.items()}
    completed = []
    for argument, following in zip(args, (*args[1:], ""), strict=False):
        if argument in negated:
            completed.append(f"{negated[argument]}=0")
        elif argument in bare and not _is_value(following):
            completed.append(f"{argument}={bare[argument].bare}")
        else:
            completed.append(argument)
    return completed


def _is_value(argument: str) -> bool:
    """Return whether an argument looks like the value of an option that may be left out, and not like a routine."""
    return argument[:1].isdigit() or argument.lower() in SWITCH_WORDS


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
        *(["/".join(names)] if option.negation and not option.bare else names[: 1 if option.bare else None]),
        metavar=option.value.metavar,
        help=option.help_of(taker) + (f" --{option.negation} is the same as 0." if option.bare else ""),
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
