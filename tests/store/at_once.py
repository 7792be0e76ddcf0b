"""Work of several clients at the same moment."""

import threading
from collections.abc import Callable


def at_once(*work: Callable[[], object]) -> list[BaseException]:
    """Runs them in threads that begin together. Returns what they raised."""
    barrier, raised = threading.Barrier(len(work)), list[BaseException]()

    def run(one: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            one()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised
