"""What doctor finds, and what it says to do about it; the command itself: tests/cli."""

from pathlib import Path

import pytest

from voiceguide.session.doctor import Finding, examine
from voiceguide.speech import piper, registry


@pytest.fixture(autouse=True)
def one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examine a quick engine and Piper, which is not installed."""
    engines = {"fake": "voiceguide.speech.fake:FakeEngine", "piper": "voiceguide.speech.piper:PiperEngine"}
    monkeypatch.setattr(registry, "ENGINES", engines)
    monkeypatch.setattr(piper, "find_spec", lambda name: None)


def found(what: str) -> Finding:
    """Return one finding."""
    return next(finding for finding in examine() if finding.what == what)


def test_what_works_needs_no_remedy() -> None:
    """And says what was found."""
    assert found("fake voice") == Finding("fake voice", ok=True, found="Hum; 1 voice", needed=False)
    assert all(not finding.remedy for finding in examine() if finding.ok)


def test_what_is_not_installed_has_the_command_that_installs_it() -> None:
    """It is optional, and the rest is fine without."""
    assert found("piper voice") == Finding(
        "piper voice",
        ok=False,
        found="optional. Piper is not installed.",
        remedy='Install it with: python -m pip install "voiceguide[piper]"',
        needed=False,
    )
    assert found("speech").ok


def test_without_any_engine_no_session_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """That one is needed."""
    monkeypatch.setattr(registry, "ENGINES", {"piper": registry.ENGINES["piper"]})
    assert (found("speech").ok, found("speech").needed) == (False, True)


def test_a_folder_that_cannot_be_written_has_a_remedy(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache can be done without, the output cannot."""
    (own_folders / "file").touch()
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(own_folders / "file"))
    monkeypatch.setenv("VOICEGUIDE_OUTPUT", str(own_folders / "file" / "output"))
    cache, output = found("cache folder"), found("output folder")
    assert (cache.ok, cache.needed, output.ok, output.needed) == (False, False, False, True)
    assert "VOICEGUIDE_CACHE_DIR" in cache.remedy
    assert "VOICEGUIDE_OUTPUT" in output.remedy
