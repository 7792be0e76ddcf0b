"""The command `etalon`: reads its arguments, runs one command, ends with its exit status."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Final

from etalon_client import arguments, check, commands, compare, explain, importing
from etalon_client.builds import Labels
from etalon_client.errors import NotCompared
from etalon_client.language import told
from etalon_client.output import Output, flush_streams, prepare_streams
from etalon_client.reports import write_failure
from etalon_client.service import Service
from etalon_client.statuses import NOT_COMPARED

Command = Callable[[Service, Namespace, Labels, Output], int]

COMMANDS: Final[dict[str, Command]] = {
    "check": check.check,
    "finalize": commands.finalize,
    "status": commands.status,
    "approve": commands.approve,
    "compare": compare.compare,
    "explain": explain.explain,
    "import": importing.import_baselines,
}
DEFAULT_URL: Final = "http://localhost:8000"


def run() -> None:
    """What the installed command calls."""
    prepare_streams()
    try:
        status = main(sys.argv[1:])
    except KeyboardInterrupt:
        flush_streams()
        os._exit(NOT_COMPARED)  # Python's own end would wait for every upload that is under way
    flush_streams()
    sys.exit(status)


def main(given: Sequence[str]) -> int:
    """Runs the command and gives its exit status. Every error is one sentence and exit status 2.

    Raises KeyboardInterrupt, after it was told.
    """
    asked = arguments.parse(given)
    output = Output(asked.language, quiet=getattr(asked, "quiet", False))
    try:
        return _run(asked, output)
    except NotCompared as error:
        reason = error.told(asked.language)
    except KeyboardInterrupt:
        output.not_compared(told(asked.language, "interrupted"))
        raise
    except (LookupError, TypeError, AttributeError) as error:  # what an answer of another shape ends in
        strange = (
            "{url} did not answer as Etalon does; is ETALON_URL its address, and is the service as new as this client?"
        )
        reason = told(asked.language, strange, url=_url(asked)) + f" ({type(error).__name__}: {error})"
    except Exception as error:  # Python's own exit status for a crash is 1, and that means "failed" here
        reason = f"{type(error).__name__}: {error}"
    output.not_compared(reason)
    write_failure(asked, reason, output)
    return NOT_COMPARED


def _run(asked: Namespace, output: Output) -> int:
    labels = arguments.labels_of(asked, os.environ)
    key = os.environ.get("ETALON_API_KEY", "")
    service = Service(_url(asked), key, asked.language, asked.timeout, tell=output.warn_away)
    try:
        return COMMANDS[asked.command](service, asked, labels, output)
    finally:
        service.close()


def _url(asked: Namespace) -> str:
    return asked.url or os.environ.get("ETALON_URL") or DEFAULT_URL
