"""The state of a commit in GitLab or GitHub: what merge requests and pull requests show."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from config import Repository, settings
from store import builds, projects
from store.session import read
from store.states import BuildVerdict
from store.tables import Notification
from tasks.bounded_http import Answer
from tasks.notifications import letter
from tasks.notifications.channel import Channel, Event, Send
from tasks.notifications.exchange import Refused, Unavailable, post

_DESCRIPTION_LENGTH: Final = {"gitlab": 255, "github": 140}
_STATES: Final[dict[str, dict[BuildVerdict | None, str]]] = {
    "gitlab": {None: "running", BuildVerdict.PASSED: "success"},
    "github": {
        None: "pending",
        BuildVerdict.PASSED: "success",
        BuildVerdict.ERROR: "error",
        BuildVerdict.INCOMPLETE: "error",
    },
}
_OTHERWISE: Final = {"gitlab": "failed", "github": "failure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitChannel(Channel):
    """`name` is the host. Setting a state again is setting it once."""

    shows_state: bool = True

    def is_on(self) -> bool:
        return any(one.host == self.name for one in settings().repositories.values())

    def wants(self, session: Session, event: Event) -> bool:
        if event.build is None or not event.build.commit:
            return False
        repository = settings().repositories.get(projects.name_of(session, event.build.project_id))
        return repository is not None and repository.host == self.name

    def prepared(self, notification: Notification) -> Send:
        return _status_of(str(notification.build_id))


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """`verdict` is the build's, None while it runs; `page` is where people look at it, empty if no address is known."""

    commit: str
    verdict: BuildVerdict | None
    description: str
    page: str
    name: str = "etalon"


def send(repository: Repository, status: CommitStatus) -> None:
    """Raises exchange.Refused, Unavailable, Uncertain."""
    host = repository.host
    state = _STATES[host].get(status.verdict, _OTHERWISE[host])
    description = status.description[: _DESCRIPTION_LENGTH[host]]
    _judge(host, _SENDERS[host](repository.path, status, state, description))


def _status_of(build_id: str) -> Send:
    with read() as session:
        build = builds.get(session, build_id)
        project = projects.name_of(session, build.project_id)
        counts = builds.counts(session, [build])[build.id]
    repository = settings().repositories.get(project)
    if repository is None:
        return _no_repository
    words = letter.counts_line(counts) if build.verdict else letter.running_line()
    page = f"{settings().public_url}/ui/builds/{build.id}" if settings().public_url else ""
    status = CommitStatus(str(build.commit), build.verdict, words, page)
    return lambda: send(repository, status)


def _no_repository() -> None:
    raise Refused("REPOSITORIES no longer names the project.")


def _to_gitlab(path: str, status: CommitStatus, state: str, description: str) -> Answer:
    fields = {"state": state, "name": status.name, "description": description, "target_url": status.page}
    url = f"{settings().gitlab_url}/api/v4/projects/{quote(path, safe='')}/statuses/{quote(status.commit, safe='')}"
    headers = {
        "PRIVATE-TOKEN": settings().gitlab_token.get_secret_value(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return post("GitLab", url, headers=headers, body=urlencode({k: v for k, v in fields.items() if v}).encode())


def _to_github(path: str, status: CommitStatus, state: str, description: str) -> Answer:
    fields = {"state": state, "context": status.name, "description": description, "target_url": status.page}
    url = f"{settings().github_url}/repos/{quote(path)}/statuses/{quote(status.commit, safe='')}"
    headers = {
        "Authorization": f"Bearer {settings().github_token.get_secret_value()}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "Content-Type": "application/json",
    }
    return post("GitHub", url, headers=headers, body=json.dumps({k: v for k, v in fields.items() if v}).encode())


_SENDERS: Final[dict[str, Callable[[str, CommitStatus, str, str], Answer]]] = {
    "gitlab": _to_gitlab,
    "github": _to_github,
}


def _judge(host: str, answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    said = str(answer.json().get("message", ""))[:200]
    name = {"gitlab": "GitLab", "github": "GitHub"}[host]
    sentence = f"{name} answered {answer.status}{': ' + said if said else ''}."
    if host == "gitlab" and answer.status == 400 and "Cannot transition status" in said:
        return  # GitLab refuses to set the state it has already
    if answer.status == 429 or answer.status >= 500:
        raise Unavailable(sentence, float(answer.retry_after) if answer.retry_after.isdigit() else None)
    raise Refused(sentence)


CHANNELS: Final = (CommitChannel(name="gitlab"), CommitChannel(name="github"))
