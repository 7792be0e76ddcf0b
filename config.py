"""All settings, read from the environment and `.env`; `.env.example` explains each.

main, api, tasks and store call `settings()`; vision gets what it needs as arguments.
"""

from base64 import b64decode
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent
_BOUNDS = (("ge", "from"), ("le", "to"))


class OcrEngine(StrEnum):
    ETALON = "etalon"
    RAPIDOCR = "rapidocr"
    EASYOCR = "easyocr"
    NONE = "none"


class TelegramNotify(StrEnum):
    BUILD = "build"
    EACH = "each"
    NOT_PASSED = "not_passed"

    @classmethod
    def _missing_(cls, value: object) -> "TelegramNotify | None":
        return cls.EACH if value == "all" else None  # its name before there were builds


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a project's commits are: `host` is gitlab or github, `path` is GROUP/NAME."""

    host: str
    path: str


class Settings(BaseSettings):
    """The names are the environment's in lower case; a unit is part of the name."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8-sig", extra="ignore")

    tasks_force_sync: bool = True
    tasks_fallback_to_sync: bool = True
    sync_slots: int = Field(2, ge=1, le=64)
    queue_limit: int = Field(5_000, ge=1, le=1_000_000)
    task_time_limit_seconds: int = Field(300, ge=1, le=3600)
    task_lease_seconds: int = Field(20, ge=2, le=3600)
    task_max_attempts: int = Field(3, ge=1, le=10)
    upkeep_period_seconds: float = Field(10, ge=0.1, le=300)
    build_idle_minutes: float = Field(60, ge=0.01, le=100_000)

    redis_host: str = "localhost"
    redis_port: int = Field(6379, ge=1, le=65535)
    redis_password: SecretStr = SecretStr("")
    celery_broker_url: str = ""
    celery_result_backend: str = ""

    data_dir: Path = ROOT / "data"
    database_url: str = ""
    artifact_url: str = ""
    s3_endpoint_url: str = ""
    retention_days: int = Field(0, ge=0, le=36_500)
    retention_comparisons_per_testcase: int = Field(0, ge=0, le=1_000_000)
    min_free_disk_mb: int = Field(500, ge=0, le=10_000_000)

    max_upload_mb: int = Field(20, ge=1, le=500)
    max_megapixels: int = Field(50, ge=1, le=400)
    max_side_px: int = Field(20_000, ge=64, le=65_535)
    uploads_mb: int = Field(200, ge=10, le=100_000)
    upload_seconds: float = Field(120, ge=1, le=3600)
    idempotency_hours: float = Field(24, ge=1, le=8760)

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    link_secret: SecretStr = SecretStr("")
    session_hours: float = Field(12, ge=0.01, le=8760)
    link_seconds: int = Field(86_400, ge=60, le=31_536_000)

    ocr_engine: OcrEngine = OcrEngine.ETALON
    easyocr_langs: Annotated[tuple[str, ...], NoDecode] = ("en", "ru")
    detector_engine: Literal["onnxruntime", "openvino"] = "onnxruntime"
    detector_weights: Path = ROOT / "models" / "detector.onnx"
    vision_threads: int = Field(2, ge=1, le=64)

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_chat_id: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_topic_id: str = Field("", pattern="^[0-9]*$")
    telegram_notify: TelegramNotify = TelegramNotify.BUILD
    telegram_language: Literal["en", "ru"] = "en"
    telegram_listen: bool = False
    telegram_reviewers: str = Field("", pattern=r"^(\d{1,20}(=[^,=]+)?(, *\d{1,20}(=[^,=]+)?)*)?$")

    vrt_compat: bool = False
    vrt_main_branch: str = "master"

    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    repositories: Annotated[dict[str, Repository], NoDecode] = {}
    gitlab_url: str = "https://gitlab.com"
    gitlab_token: SecretStr = SecretStr("")
    github_url: str = "https://api.github.com"
    github_token: SecretStr = SecretStr("")

    public_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    metrics_open: bool = False

    @field_validator("easyocr_langs", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("data_dir", "detector_weights")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @field_validator("repositories", mode="before")
    @classmethod
    def _projects_repositories(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return dict(_repository(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("webhook_secret")
    @classmethod
    def _base64_after_its_prefix(cls, value: SecretStr) -> SecretStr:
        try:
            b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
        except ValueError:
            if value.get_secret_value().startswith("whsec_"):
                raise ValueError("must have base64 after whsec_") from None
        return value

    @field_validator("public_url", "telegram_api_url", "s3_endpoint_url", "webhook_url", "gitlab_url", "github_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("link_secret")
    @classmethod
    def _not_guessable(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("must have 32 characters or more, or none")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("celery_broker_url", "celery_result_backend")
    @classmethod
    def _one_redis(cls, value: str) -> str:
        scheme = value.partition("://")[0].lower()
        if "sentinel" in scheme or "cluster" in scheme:
            raise ValueError(
                "must name one Redis: Sentinel and Cluster are not supported. Give the address that follows the primary "
                "(a proxy or a DNS name), a Redis that turns read-only is waited for"
            )
        return value

    @field_validator("artifact_url")
    @classmethod
    def _known_artifact_home(cls, value: str) -> str:
        if value and not value.startswith(("file://", "s3://")):
            raise ValueError("must start with file:// or s3://")
        return value

    @model_validator(mode="after")
    def _telegram_needs_both(self) -> Self:
        if self.telegram_bot_token.get_secret_value() and not self.telegram_chat_id:
            raise ValueError("TELEGRAM_CHAT_ID: must be set where TELEGRAM_BOT_TOKEN is")
        return self

    @model_validator(mode="after")
    def _repositories_need_tokens(self) -> Self:
        for host, token in (("gitlab", self.gitlab_token), ("github", self.github_token)):
            if not token.get_secret_value() and any(one.host == host for one in self.repositories.values()):
                raise ValueError(f"{host.upper()}_TOKEN: must be set where REPOSITORIES names a {host} repository")
        return self

    @property
    def database(self) -> str:
        """The database's URL. If DATABASE_URL is empty: an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'etalon.db').as_posix()}"

    @property
    def artifacts(self) -> str:
        """Where pictures are stored. If ARTIFACT_URL is empty: a folder in the data folder."""
        return self.artifact_url or (self.data_dir / "artifacts").as_uri()

    @property
    def broker(self) -> str:
        """The queue's URL. If CELERY_BROKER_URL is empty: REDIS_HOST and REDIS_PORT, database 0."""
        return self.celery_broker_url or self._redis(0)

    @property
    def result_backend(self) -> str:
        """Where Celery keeps states. If empty: Etalon's database in sync mode (without Redis), else Redis, database 1."""
        if self.celery_result_backend:
            return self.celery_result_backend
        return f"db+{self.database}" if self.tasks_force_sync else self._redis(1)

    @property
    def reviewers(self) -> dict[int, str]:
        """Telegram user -> the name of the API key whose scopes they have; empty in a service without keys."""
        pairs = (pair.strip().partition("=") for pair in self.telegram_reviewers.split(",") if pair.strip())
        return {int(user): key.strip() for user, _, key in pairs}

    @property
    def telegram_enabled(self) -> bool:
        return bool(self.telegram_bot_token.get_secret_value())

    def _redis(self, database: int) -> str:
        password = self.redis_password.get_secret_value()
        login = f":{quote(password, safe='')}@" if password else ""
        return f"redis://{login}{self.redis_host}:{self.redis_port}/{database}"


def _repository(text: str) -> tuple[str, Repository]:
    """Of PROJECT=gitlab:GROUP/NAME or PROJECT=github:OWNER/NAME."""
    project, _, where = text.partition("=")
    host, _, path = where.partition(":")
    if not project or host not in ("gitlab", "github") or "/" not in path.strip("/"):
        raise ValueError("must be PROJECT=gitlab:GROUP/NAME or PROJECT=github:OWNER/NAME, with commas between several")
    return project.strip(), Repository(host, path.strip("/"))


class SettingsRefused(SystemExit):
    """A setting has an unusable value; the message names it."""


@cache
def settings() -> Settings:
    """The process's settings. Raises SettingsRefused (a SystemExit, one sentence a line) for wrong values."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsRefused("\n".join(_sentence(item) for item in error.errors())) from None
    except UnicodeDecodeError:  # Windows PowerShell's `>` writes UTF-16
        raise SettingsRefused("The file .env is not UTF-8: save it as UTF-8, then start again.") from None


def _sentence(item: object) -> str:
    assert isinstance(item, dict)
    message = str(item["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    if not item["loc"]:
        return f"Setting {message}."
    name, value = str(item["loc"][0]), repr(item["input"])
    message = _allowed(Settings.model_fields[name]) or message
    secret = "@" in value or Settings.model_fields[name].annotation is SecretStr  # before an @ there may be a password
    return f"Setting {name.upper()}: {message}{'' if secret else f' (it is {value})'}."


def _allowed(field: FieldInfo) -> str:
    """The allowed values of a boolean or a number, for the error message."""
    if field.annotation is bool:
        return "must be true or false (or 1 or 0)"
    if field.annotation not in (int, float):
        return ""
    bounds = {word: getattr(rule, name) for rule in field.metadata for name, word in _BOUNDS if hasattr(rule, name)}
    kind = "whole number" if field.annotation is int else "number"
    return " ".join([f"must be a {kind}", *(f"{word} {bound}" for word, bound in bounds.items())])
