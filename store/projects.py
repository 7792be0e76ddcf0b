"""Projects: names that test cases and comparisons are filed under."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.session import insert_if_new
from store.tables import Project, new_id

DEFAULT = "default"


def get_or_create(session: Session, name: str = DEFAULT) -> Project:
    """The project of that name, made where there is none."""
    insert_if_new(session, Project, id=new_id(), name=name)
    return session.scalars(select(Project).where(Project.name == name)).one()


def name_of(session: Session, project_id: str) -> str:
    """The name of a project that is there."""
    return session.get_one(Project, project_id).name
