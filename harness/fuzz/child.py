"""One target under atheris, in this process, which may be killed: started by `python -m harness.fuzz`."""

import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris

Target = Callable[[bytes], None]
SECONDS_AN_INPUT = 5
INSTRUMENTED = ["vision.image", "api", "python_multipart", "starlette.formparsers", "starlette.requests"]


def main(name: str, spare_mb: int, libfuzzer: list[str]) -> None:
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=INSTRUMENTED):
        from harness.fuzz.targets import target

        running = target(name)
        fuzzed = running.__enter__()  # never left: libFuzzer ends the process
        fuzzed(b"")  # what is loaded at first use is loaded now, instrumented, and before memory is counted
    _bound_memory(spare_mb)
    if name == "picture":
        atheris.Setup(["fuzz", *libfuzzer], _soon(fuzzed), custom_mutator=_mutated)
    else:
        atheris.Setup(["fuzz", *libfuzzer], _soon(fuzzed))
    atheris.Fuzz()


def _soon(fuzzed: Target) -> Target:
    """By the processor's clock: the wall's would blame an input for what else the machine does."""

    def timed(data: bytes) -> None:
        started = time.process_time()
        fuzzed(data)
        assert time.process_time() - started < SECONDS_AN_INPUT

    return timed


def _mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """As libFuzzer does it; but half of the PNGs get right checksums again, or nothing behind them would ever be reached."""
    from harness.fuzz.seeds import PNG_SIGNATURE, with_right_sums

    changed = bytes(atheris.Mutate(data, max_size))
    mend = changed.startswith(PNG_SIGNATURE) and random.Random(seed).random() < 0.5
    return with_right_sums(changed)[:max_size] if mend else changed


def _bound_memory(spare_mb: int) -> None:
    """Limits the memory that an input may add: beyond it allocation fails, which is a finding."""
    import resource

    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    size = next(int(line.split()[1]) for line in status if line.startswith("VmSize:")) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size + spare_mb * 2**20,) * 2)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
