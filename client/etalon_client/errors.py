"""What keeps screenshots from being compared: a sentence to act on."""

from __future__ import annotations

from etalon_client.language import told


class NotCompared(Exception):
    """What kept the screenshots from being compared: a sentence in English, and what to fill it with."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values

    def told(self, language: str) -> str:
        """The sentence in the language `en` or `ru`."""
        return told(language, self.sentence, **self.values)


class Refused(NotCompared):
    """The service answered with an error. `status` is the HTTP status, `reason` the service's own sentence."""

    def __init__(self, sentence: str, status: int, reason: str, **values: object) -> None:
        super().__init__(sentence, status=status, reason=reason, **values)
        self.status, self.reason = status, reason


class Unreached(NotCompared):
    """The service cannot be reached. If `hopeless`, a retry is useless."""

    def __init__(self, sentence: str, *, hopeless: bool, **values: object) -> None:
        super().__init__(sentence, **values)
        self.hopeless = hopeless


class UnusableFile(NotCompared):
    """A file of the user that cannot be read, or is no picture."""
