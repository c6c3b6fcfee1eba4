"""The choices of a routine's page: every hold, number of repetitions and guidance that a visitor may have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from voiceguide.errors import TooManyChoices
from voiceguide.language.registry import language_for_readers
from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.options.session import Guidance, Seconds, is_timed_by_itself
from voiceguide.routine.limits import HOLD_SECONDS, REPS
from voiceguide.routine.model import Routine
from voiceguide.script.naming import file_stem
from voiceguide.script.plan import Plan
from voiceguide.session.making import MakeFailure, each_session, make_sessions
from voiceguide.session.progress import Progress, no_progress, share_of
from voiceguide.session.source import Source
from voiceguide.web.player_data import session_data
from voiceguide.web.qr_code import qr_code
from voiceguide.web.recipe import Assembly, Pieces, name_of, recipe_file, take_apart

# Of files that are named after their content and never change.
LASTING_FOLDERS = ("packs/", "choices/")
# More would be a list that nobody reads.
_MAX_HOLDS = 12
_MAX_REPS = 6
_STEPS_SECONDS = (5, 10, 15, 30, 60)
# Below and above what is advised.
_USUAL_REPS = 4
_MAX_CHOICES = 600


@dataclass(frozen=True)
class Choice:
    """A session that a visitor may have; None is what the routine has for each exercise."""

    hold_seconds: Seconds | None
    reps: int | None
    guidance: Guidance

    @property
    def query(self) -> str:
        """The choice as the end of its page's address; empty for the routine's own."""
        values = (("hold", self.hold_seconds), ("reps", self.reps), ("guidance", self.guidance))
        return "&".join(f"{name}={value}" for name, value in values if value is not None)


@dataclass(frozen=True)
class ChoiceFile:
    """A choice with the file that a page loads for it.

    Attributes:
        name: of its recipe.
        stem: what its own file, and its folder on a site, were called.
    """

    choice: Choice
    name: str
    stem: str
    title: str
    duration_ms: int
    size_bytes: int


@dataclass(frozen=True)
class RoutineChoices:
    """All that a page needs to make the sessions of a routine.

    Attributes:
        files: of the sessions that the page begins with, one for each guidance: for the feed, and for who has no scripts.
        holds: to choose from; None for what the routine has for each exercise, where exercises differ. Nothing where
            there is no hold to choose.
        reps: as ``holds``.
        choices: first the one that the page begins with, of each guidance.
        contents: every recipe and pack, by its name on the site.
    """

    routine: Routine
    files: tuple[Path, ...]
    holds: tuple[Seconds | None, ...]
    reps: tuple[int | None, ...]
    guidances: tuple[Guidance, ...]
    choices: tuple[ChoiceFile, ...]
    contents: dict[str, bytes]


def make_choices(
    source: Source,
    requests: Sequence[Request],
    folder: Path,
    *,
    base_url: str,
    progress: Progress = no_progress,
) -> tuple[RoutineChoices, tuple[str, ...]]:
    """Make all choices of a routine, and the files of its own doses; return them with what a publisher should know.

    Args:
        source: the routine.
        requests: one for each combination of hold, repetitions and guidance that was asked for; what is left open in
            all of them is chosen around what the routine advises.
        folder: for the files.
        base_url: of the site, with a slash at its end.
        progress: as for ``make_sessions``.

    Raises:
        TooManyChoices: for one page.
        VoiceguideError: a session cannot be made.
    """
    routine = source.routine
    guidances = tuple(dict.fromkeys(request.session.guidance or "full" for request in requests))
    if all(request.session.guidance is None for request in requests):
        guidances = ("full", "brief")
    # Undated, so that the same session is the same file tomorrow.
    output = OutputOptions(f"{folder}/", dated=False)
    shared = replace(requests[0], output=output)
    holds, reps = _axes(source, requests, _request(shared, Choice(None, None, guidances[0])))
    usual = _usual(source, shared, requests)
    wanted = [Choice(*usual, guidance) for guidance in guidances]
    own = [_request(shared, choice) for choice in wanted]
    wanted += [Choice(*values) for values in product(holds or [None], reps or [None], guidances)]
    wanted = list(dict.fromkeys(wanted))
    if len(wanted) > _MAX_CHOICES:
        raise TooManyChoices(routine.id, len(wanted), _MAX_CHOICES)
    results = list(make_sessions(source, own, progress=share_of(progress, 0, len(wanted))))
    for result in results:
        if isinstance(result, MakeFailure):
            raise result.error
    made = [result for result in results if not isinstance(result, MakeFailure)]
    notes = tuple(dict.fromkeys(note for result in made for note in result.session.notes))
    page_url = f"{base_url}{routine.id}/index.html"
    choices, contents = _recipes(source, shared, wanted, page_url, progress)
    files = tuple(result.path for result in made)
    return RoutineChoices(routine, files, holds, reps, guidances, choices, contents), notes


def _usual(source: Source, shared: Request, requests: Sequence[Request]) -> tuple[Seconds | None, int | None]:
    """Return the hold and repetitions that a page begins with: the routine's own, unless only others were asked for."""
    options = shared.merge(source.request).session
    own = replace(options, hold_seconds=None, reps=None).resolve(source.routine)
    holds = [request.session.hold_seconds for request in requests]
    reps = [request.session.reps for request in requests]
    return (
        None if None in holds or own.hold_seconds in holds else holds[0],
        None if None in reps or own.reps in reps else reps[0],
    )


def _recipes(
    source: Source, shared: Request, wanted: Sequence[Choice], page_url: str, progress: Progress
) -> tuple[tuple[ChoiceFile, ...], dict[str, bytes]]:
    """Return the files of all choices, and the content of each file with that of every pack."""
    language = language_for_readers(source.routine.language)
    pieces = Pieces()
    # Of each session only what is needed: with its sound, it would take a hundred times the memory.
    made: list[tuple[Assembly, str, Plan, dict[str, object]]] = []
    requests = [_request(shared, choice) for choice in wanted]
    for number, (session, cover) in enumerate(each_session(source, requests, progress=progress)):
        shown = session_data(session.plan, session.routine, language)
        shown["qr"] = qr_code(f"{page_url}?{wanted[number].query}")
        assembly = take_apart(session, cover, pieces, number)
        made.append((assembly, file_stem(session.routine, session.options), session.plan, shown))
    packs, places = pieces.packed()
    names = [name_of(pack) for pack in packs]
    contents = {f"packs/{name}.bin": pack for name, pack in zip(names, packs, strict=True)}
    choices = []
    for choice, (assembly, stem, plan, shown) in zip(wanted, made, strict=True):
        recipe = recipe_file(assembly, places, names, shown)
        name = name_of(recipe)
        contents[f"choices/{name}.bin"] = recipe
        choices.append(ChoiceFile(choice, name, stem, plan.title, plan.duration_ms, assembly.size_bytes))
    return tuple(choices), contents


def _request(shared: Request, choice: Choice) -> Request:
    """Return the request of a choice: the very options that it has on the command line."""
    session = replace(
        shared.session, hold_seconds=choice.hold_seconds, reps=choice.reps, guidance=choice.guidance
    )
    return replace(shared, session=session)


def _axes(
    source: Source, requests: Sequence[Request], own: Request
) -> tuple[tuple[Seconds | None, ...], tuple[int | None, ...]]:
    """Return the holds and repetitions to choose from."""
    routine = source.routine
    options = own.merge(source.request).session.resolve(routine)
    done = options.selected(routine)
    held = [exercise for exercise in done if not is_timed_by_itself(exercise)]
    holds = tuple(
        dict.fromkeys(
            request.session.hold_seconds for request in requests if request.session.hold_seconds is not None
        )
    )
    reps = tuple(
        dict.fromkeys(request.session.reps for request in requests if request.session.reps is not None)
    )
    hold_differs = any(exercise.hold_seconds is not None or exercise.breath for exercise in held)
    reps_differ = any(exercise.reps is not None for exercise in done)
    own_hold: tuple[Seconds | None, ...] = (None,) if hold_differs else ()
    own_reps: tuple[int | None, ...] = (None,) if reps_differ else ()
    return (
        (*own_hold, *(holds or _usual_holds(routine, options.hold_seconds))) if held else (),
        (*own_reps, *(reps or _usual_reps(routine, options.reps))),
    )


def _usual_holds(routine: Routine, default: Seconds) -> list[Seconds]:
    """Return the holds around those that the routine advises, up to twice as long, and its own."""
    advised = routine.advised_hold_seconds
    least, most = (advised.minimum, advised.maximum) if advised else (default, default)
    for step in _STEPS_SECONDS:
        first = max(int(-(-(least - step) // step)) * step, step)
        holds: list[Seconds] = list(range(first, min(2 * int(most), int(HOLD_SECONDS.maximum)) + 1, step))
        if len(holds) <= _MAX_HOLDS:
            break
    return sorted({*holds, default})


def _usual_reps(routine: Routine, default: int) -> list[int]:
    advised = routine.advised_reps
    most = max(_USUAL_REPS, default, min(advised.maximum + 1 if advised else 0, _MAX_REPS))
    return list(range(1, min(most, int(REPS.maximum)) + 1))
