"""Reviews of shots, and undoing them."""

from fastapi import APIRouter

from api import schemas
from api.access import needs
from api.deps import Caller, Cursor, Filter, Limit, ReviewId, problems
from api.summaries import build_of, reviews_of
from store import builds, reviews
from store.keys import Scope
from store.session import read, write
from tasks.builds import undo

router = APIRouter(tags=["reviews"])


@router.get("/reviews", dependencies=[needs(Scope.READ)], responses=problems())
def list_reviews(
    caller: Caller,
    build_id: Filter = None,
    comparison_id: Filter = None,
    testcase_id: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> schemas.Page[schemas.Review]:
    """Approvals and rejections, newest first: who reviewed which shots, when and how, and whether it was undone."""
    with read() as session:
        page = reviews.list_page(
            session,
            cursor,
            limit,
            build_id=build_id,
            comparison_id=comparison_id,
            testcase_id=testcase_id,
            projects=caller.projects,
        )
        return schemas.Page(items=reviews_of(session, page.items), next_cursor=page.next_cursor)


@router.get("/reviews/{id}", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_review(id: ReviewId) -> schemas.Review:
    """An approval or a rejection: who made it, when, of which shots, and whether it was undone."""
    with read() as session:
        [shown] = reviews_of(session, [reviews.get(session, id)])
    return shown


@router.post("/reviews/{id}/undo", dependencies=[needs(Scope.APPROVE)], responses=problems(404, 409))
def undo_review(id: ReviewId, caller: Caller) -> schemas.Undone:
    """Undo an approval or a rejection: references and shots become what they were before.

    An item that was reviewed again or whose reference was replaced since stays as it is; `refused` gives the reason.
    """
    with write() as session:
        said = undo(session, id, caller.name)
    with read() as session:
        names = reviews.names_of(session, [*said.done, *(row_id for row_id, _ in said.refused)])
        build_id = reviews.get(session, id).build_id
        return schemas.Undone(
            undone=[names[row_id] for row_id in said.done],
            refused=[schemas.NotUndone(name=names[row_id], reason=str(why)) for row_id, why in said.refused],
            build=build_of(session, builds.get(session, build_id)) if build_id else None,
        )
