"""The pages' texts in the visitor's language. Sentences are in `web/dictionary.py`, names of things in `vision/words.py`."""

from store import errors
from vision.words import Language, count
from web.dictionary import COUNTED, ERRORS, SAID, VIEWER


def say(language: Language, key: str, **values: object) -> str:
    """The sentence of that key; `values` fill its braces. Raises KeyError for an unknown key."""
    return SAID[key][language == "ru"].format(**values) if values else SAID[key][language == "ru"]


def counted(language: Language, key: str, number: int) -> str:
    """The sentence that goes with this number: singular or plural, and in Russian two plurals."""
    return count(language, number, *COUNTED[key][language == "ru"])


def of_error(language: Language, error: Exception) -> str:
    """The message of a store's or task's error; those that reviewers see are in Russian too."""
    told = ERRORS.get(type(error).__name__)
    if language == "ru" and told:
        return told.format(*error.args)
    return str(error) or str(type(error).__doc__)


def of_refusal(language: Language, name: str) -> str:
    """Why something could not be done, by the name of the store's error; a plain word for a name that there is not."""
    if language == "ru":
        return ERRORS.get(name, SAID["refused"][1])
    found = getattr(errors, name, None) if name in ERRORS else None
    return str(found.__doc__).format(*[""] * 9).replace("  ", " ") if found else SAID["refused"][0]


def viewer(language: Language) -> dict[str, str]:
    """The texts of <etalon-view>."""
    return {key: pair[language == "ru"] for key, pair in VIEWER.items()}
