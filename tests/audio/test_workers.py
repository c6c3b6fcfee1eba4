"""The threads that all sessions share."""

import os
import threading

import pytest

from tests.waiting import LIMIT_SECONDS
from voiceguide.audio.workers import TaskQueue
from voiceguide.routine.limits import JOBS


def test_no_more_run_at_once_than_the_limit() -> None:
    """And every task gives its result."""
    running, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2)

    def task(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait(LIMIT_SECONDS)
        with lock:
            running[0] -= 1
        return number

    queue = TaskQueue(2)
    futures = [queue.submit(task, number) for number in range(10)]
    assert [future.result(30) for future in futures] == list(range(10))
    assert most[0] == 2


def test_queues_share_their_threads() -> None:
    """However many queues there are, there are no more threads than may work at once."""
    names = set()
    for _ in range(3 * JOBS.maximum):
        queue = TaskQueue(1)
        names.add(queue.submit(lambda: threading.current_thread().name).result(30))
        queue.close()
    assert len(names) <= JOBS.maximum
    assert all(name.startswith("voiceguide") for name in names)


def test_closing_cancels_what_waits_and_ends_what_runs() -> None:
    """After it, no task is running."""
    begun, go_on, done = threading.Event(), threading.Event(), []

    def task() -> None:
        begun.set()
        go_on.wait(LIMIT_SECONDS)
        done.append(True)

    queue = TaskQueue(1)
    first, second = queue.submit(task), queue.submit(task)
    assert begun.wait(LIMIT_SECONDS)
    queue.close(wait_for_running=False)
    assert second.cancelled()
    assert not first.done()
    go_on.set()
    queue.close()
    assert done == [True]
    assert first.done()


def test_an_error_is_raised_where_the_result_is_taken() -> None:
    """And the queue goes on."""

    def fail() -> None:
        raise ValueError("no")

    queue = TaskQueue(1)
    failed, after = queue.submit(fail), queue.submit(lambda: 5)
    with pytest.raises(ValueError, match="no"):
        failed.result(30)
    assert after.result(30) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    """A server may fork after its first session."""
    assert TaskQueue(1).submit(lambda: 1).result(30) == 1
    child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if TaskQueue(1).submit(lambda: 2).result(20) == 2 else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
