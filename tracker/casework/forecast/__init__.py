"""The forecast: which replies will be late, seen from what is open and who works when, and what would prevent it."""

from datetime import datetime

from sqlmodel import Session

from tracker.casework.forecast.hours import days_ahead
from tracker.casework.forecast.load import open_work
from tracker.casework.forecast.plan import Plan, plan

__all__ = ["forecast"]


def forecast(session: Session, *, at: datetime, days: int = 30) -> Plan:
    """Today and the days after it. What will be filed from now on is not in it."""
    return plan(open_work(session), days_ahead(session, at=at, days=days))
