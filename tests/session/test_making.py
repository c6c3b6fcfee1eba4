"""Files of sessions, from the routine to the disk."""

from pathlib import Path
from typing import Any

import pytest

from tests.program import run
from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.session import duration_fit, making, planning
from voiceguide.session.making import make_session
from voiceguide.session.source import find_source

FAKE = VoiceOptions(engine="fake")


def test_options_are_resolved_once(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the file and the session come from the same resolved options."""
    resolved: list[SessionOptions] = []
    resolve = SessionOptions.resolve

    def counted(options: SessionOptions, routine: Routine) -> ResolvedOptions:
        resolved.append(options)
        return resolve(options, routine)

    monkeypatch.setattr(SessionOptions, "resolve", counted)
    ended = run("make", "lower-back", "--only", "cat-cow", "--hold", "30", "--engine", "fake")
    assert ended.code == 0, ended.err
    assert len(resolved) == 1


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [2, 40])
def test_a_fitted_session_is_planned_once(
    minutes: int, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session that the search found is the one that is written; no session is planned twice."""
    planned: list[ResolvedOptions] = []
    plan_session = planning.plan_session

    def counted(routine: Routine, options: ResolvedOptions, *rest: Any, **how: Any) -> planning.Session:
        planned.append(options)
        return plan_session(routine, options, *rest, **how)

    for module in (making, duration_fit):
        monkeypatch.setattr(module, "plan_session", counted)
    result = make_session(
        find_source("lower-back"),
        Request(
            SessionOptions(only=("cat-cow", "flat-back"), duration_ms=minutes * 60_000),
            FAKE,
            OutputOptions(Path("x.mp3"), any_length=True),
        ),
    )
    assert result.fit
    assert planned.count(result.session.options) == 1
    assert len(planned) == len(set(planned))
