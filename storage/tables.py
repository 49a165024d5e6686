"""All tables of the desk, so that migrations and tests see the whole schema."""

from sqlmodel import SQLModel

import storage.album
import storage.board
import storage.card_place
import storage.case
import storage.case_event
import storage.chat
import storage.clock
import storage.correction
import storage.destination
import storage.draft
import storage.drill
import storage.feed
import storage.history
import storage.house_move
import storage.inbox
import storage.incident
import storage.invitation
import storage.lease
import storage.linked_page
import storage.mandate
import storage.meeting
import storage.message
import storage.occasion
import storage.outbox
import storage.paper
import storage.person
import storage.plan
import storage.release
import storage.report
import storage.same_event
import storage.series
import storage.timer
import storage.token

__all__ = ["metadata", "storage"]

metadata = SQLModel.metadata
