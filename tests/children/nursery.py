"""What the process has read that all children are forks of."""

from sqlalchemy.orm import configure_mappers

import tracker.casework.decisions
import tracker.casework.evidence
import tracker.jobs.bounces
import tracker.jobs.channels
import tracker.jobs.senders
import tracker.jobs.tasks
import tracker.jobs.watching  # noqa: F401

configure_mappers()
