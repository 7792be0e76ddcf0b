"""The frameworks that pages are made in, each a module of its own; two are held out for validation."""

from training.pages.framework import Framework
from training.pages.frameworks.ant import Ant
from training.pages.frameworks.bootstrap import Bootstrap
from training.pages.frameworks.daisy import Daisy
from training.pages.frameworks.element import Element
from training.pages.frameworks.plain import Skeleton, Tachyons, Water
from training.pages.frameworks.vuetify import Vuetify

CLASSES: dict[str, type[Framework]] = {
    "ant": Ant,
    "bootstrap": Bootstrap,
    "daisy": Daisy,
    "element": Element,
    "vuetify": Vuetify,
    "tachyons": Tachyons,
    "skeleton": Skeleton,
    "water": Water,
}
HELD_OUT_FRAMEWORKS = ("skeleton", "water")
FRAMEWORKS = tuple(name for name in CLASSES if name not in HELD_OUT_FRAMEWORKS)


class NotFetched(RuntimeError):
    """The frameworks' style sheets are not here: run python -m training.fetch."""


def load(name: str) -> type[Framework]:
    framework = CLASSES[name]
    if not framework.is_fetched():
        raise NotFetched(NotFetched.__doc__)
    return framework
