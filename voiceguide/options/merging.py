"""Merges options from two sources."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Options = TypeVar("Options", bound="DataclassInstance")


def fill_unset(options: Options, fallback: Options) -> Options:
    """Return the options, with those of the fallback where a field is unset: None, or an empty tuple."""
    unset = [field.name for field in fields(options) if getattr(options, field.name) in (None, ())]
    return replace(options, **{name: getattr(fallback, name) for name in unset})
