"""Projects: groups of test cases and comparisons, by name."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from store.session import insert_if_new
from store.tables import Build, Comparison, Project, Review, Task, TestCase, new_id

DEFAULT = "default"


def get_or_create(session: Session, name: str = DEFAULT) -> Project:
    """The project of that name, created if necessary; it cannot be deleted until this transaction ends."""
    ours = select(Project).where(Project.name == name).with_for_update(read=True, key_share=True)
    while (found := session.scalars(ours).one_or_none()) is None:  # a second round if it has just been removed
        insert_if_new(session, Project, id=new_id(), name=name)
    return found


def by_id_or_name(session: Session, text: str) -> Project | None:
    """The project with that name, else the one with that id."""
    named = session.scalars(select(Project).where(Project.name == text)).one_or_none()
    return named or session.get(Project, text)


def remove_unused(session: Session, project_id: str) -> None:
    """Removes an empty project: its first submission was refused."""
    # Two statements: in PostgreSQL a statement sees other tables as they were when it began, and the first may have waited.
    session.scalars(select(Project.id).where(Project.id == project_id).with_for_update()).all()
    used = [exists().where(table.project_id == Project.id) for table in (TestCase, Comparison, Task, Build, Review)]
    session.execute(delete(Project).where(Project.id == project_id, *(~one for one in used)))


def name_of(session: Session, project_id: str) -> str:
    """The name of an existing project."""
    return session.get_one(Project, project_id).name
