"""How a run is reported: its length at the start, each failing test when it fails; and ``--fast``."""

from time import monotonic

import pytest

# Measured on two cores, the whole suite beside little else; after a run, what that one took on this machine.
_USUAL_SECONDS = {"whole": 340.0, "fast": 57.0}
_STORED_AS = "voiceguide/seconds"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="leave out the tests that are marked as slow")


@pytest.hookimpl(trylast=True)  # when there is a terminal
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal:  # the processes that xdist starts have none
        config.pluginmanager.register(_Reporter(config, terminal))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out of a fast run; otherwise begin with their files, so that none is left to the end."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    if config.getoption("fast"):
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
        return
    slow_files = {item.path for item in slow}
    items.sort(key=lambda item: item.path not in slow_files)


class _Reporter:
    """Writes to the terminal of the run, also while other processes run the tests."""

    def __init__(self, config: pytest.Config, terminal: pytest.TerminalReporter) -> None:
        self._config, self._terminal = config, terminal
        self._kind = _kind_of_run(config)
        self._start = monotonic()

    def pytest_report_header(self) -> str | None:
        """Say how long it will take."""
        if not self._kind:
            return None
        return f"{self._kind} suite: about {_minutes(self._usual()[self._kind])}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name a failing test at once, not only when all have run."""
        if report.failed:
            where = "" if report.when == "call" else f" ({report.when})"
            self._terminal.ensure_newline()
            self._terminal.write_line(f"FAILED {report.nodeid}{where}", red=True)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Keep how long a complete run took."""
        cache = getattr(self._config, "cache", None)
        if self._kind and cache and exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            cache.set(_STORED_AS, {**self._usual(), self._kind: monotonic() - self._start})

    def _usual(self) -> dict[str, float]:
        cache = getattr(self._config, "cache", None)
        return {**_USUAL_SECONDS, **(cache.get(_STORED_AS, {}) if cache else {})}


def _kind_of_run(config: pytest.Config) -> str | None:
    """Return which suite runs, or None where some of its tests were selected."""
    if any(
        config.getoption(name, None) for name in ("file_or_dir", "keyword", "markexpr", "lf", "collectonly")
    ):
        return None
    return "fast" if config.getoption("fast") else "whole"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.1f} minutes"
