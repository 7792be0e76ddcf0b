"""What the service logs, and what it never does."""

import logging
from urllib.parse import unquote, urlsplit

from config import Settings


def configure_logging(wanted: Settings) -> None:
    logging.basicConfig(level=wanted.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in ("", "uvicorn", "uvicorn.access"):
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(WithoutSecrets(handler.formatter, wanted))


class WithoutSecrets(logging.Formatter):
    """Another formatter's text with the secrets of the settings struck out, wherever they came from."""

    def __init__(self, formatter: logging.Formatter | None, wanted: Settings) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()
        written = [urlsplit(url).password or "" for url in (wanted.broker, wanted.result_backend, wanted.database)]
        plain = [wanted.telegram_bot_token.get_secret_value(), wanted.redis_password.get_secret_value()]
        secrets = {*plain, *written, *(unquote(password) for password in written)} - {""}
        self._secrets = sorted(secrets, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = self._formatter.format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
