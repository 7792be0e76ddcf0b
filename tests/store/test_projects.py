import threading
import time

from config import Settings
from store import projects, session, testcases
from store.tables import Project


def made(name: str) -> str:
    with session.write() as writing:
        return projects.get_or_create(writing, name).id


def there(project_id: str) -> bool:
    with session.read() as reading:
        return reading.get(Project, project_id) is not None


def test_an_unused_project_is_removed_and_a_used_one_is_not(store: Settings) -> None:
    unused, used = made("unused"), made("used")
    with session.write() as writing:
        testcases.create(writing, projects.get_or_create(writing, "used"), "a")
        projects.remove_unused(writing, unused)
        projects.remove_unused(writing, used)
    assert (there(unused), there(used)) == (False, True)


def test_a_project_in_use_by_an_upload_stays(store: Settings) -> None:
    project_id, found = made("web"), threading.Event()

    def file_under_it() -> None:
        with session.write() as writing:
            project = projects.get_or_create(writing, "web")
            found.set()
            time.sleep(0.3)
            testcases.create(writing, project, "a")

    thread = threading.Thread(target=file_under_it)
    thread.start()
    found.wait(5)
    with session.write() as writing:
        projects.remove_unused(writing, project_id)
    thread.join()
    assert there(project_id)
    with session.read() as reading:
        assert testcases.list_page(reading, project="web").items
