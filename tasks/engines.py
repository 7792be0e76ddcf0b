"""The eyes of this process: one detector and one reader, built once from the settings."""

from vision.analysis import Engines


def engines() -> Engines:
    """This process's engines; built at the first call, so call it at start: broken weights raise DetectorUnavailable or
    ReaderUnavailable with a sentence."""
    raise NotImplementedError


def use(engines: Engines | None) -> None:
    """Puts `engines` in the place of those the settings name; None goes back to them. For tests and benchmarks."""
    raise NotImplementedError
