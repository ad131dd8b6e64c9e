"""The steps of the demo that concern evidence files: the original is opened, the scanner finds a virus."""

from sqlmodel import col, select

from tracker.casework import evidence, journal
from tracker.casework.evidence.clamd import Said
from tracker.casework.evidence.scanning import note_verdict
from tracker.cli.demo.scene import MINUTE, Scene
from tracker.models import Case, Evidence, Verdict


def original(scene: Scene) -> None:
    """Staff open the original of the first file: its position data may matter."""
    at = scene.work(3 * MINUTE, 20 * MINUTE)
    case = scene.session.get_one(Case, scene.notice.case_id)
    evidence.open_original(scene.session, case, _first(scene), sure=False, actor=journal.staff(scene.hands), at=at)


def virus(scene: Scene) -> None:
    """The scanner finds a virus in the first file."""
    said = Said(Verdict.INFECTED, "Win.Test.EICAR_HDB-1")
    note_verdict(scene.session, _first(scene).id, said, at=scene.at)


def _first(scene: Scene) -> Evidence:
    query = select(Evidence).where(Evidence.case_id == scene.notice.case_id)
    return scene.session.exec(query.order_by(col(Evidence.added_at), col(Evidence.id))).all()[0]
