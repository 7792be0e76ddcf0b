"""Settings of a service in async mode, so that the machine's own .env decides nothing."""

from pathlib import Path


def async_mode(redis_port: int, folder: Path | None = None) -> dict[str, str]:
    """Celery on the Redis at `redis_port`, no Telegram. With `folder`: SQLite and the pictures in it."""
    kept_in = {} if folder is None else {"DATA_DIR": str(folder), "DATABASE_URL": "", "ARTIFACT_URL": ""}
    return kept_in | {
        "TASKS_FORCE_SYNC": "0",
        "TASKS_FALLBACK_TO_SYNC": "1",
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis_port),
        "REDIS_PASSWORD": "",
        "CELERY_BROKER_URL": "",
        "CELERY_RESULT_BACKEND": "",
        "TELEGRAM_BOT_TOKEN": "",
    }
