"""The page that a report's link leads to: asked for, kept beside the report's own words, or not to be had."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select

from storage.columns import id_field, moment_field
from storage.report import Report
from storage.session import Session


class LinkedPage(SQLModel, table=True):
    """One page, fetched by the desk: what a site said at one moment, which nobody has verified."""

    __tablename__ = "linked_page"
    __table_args__ = (CheckConstraint("stage IN ('kept', 'owed', 'refused')", name="linked_page_stage"),)
    id: uuid.UUID = id_field()
    report_id: uuid.UUID = Field(foreign_key="report.id", unique=True)
    stage: str = "owed"
    asked: str  # the address that was asked for
    url: str = ""  # where it was found in the end
    url_key: str | None = Field(default=None, index=True)  # the normal form of that
    title: str = ""
    text: str = ""
    trouble: str = ""  # why it was not taken, in one word
    at: datetime = moment_field()  # asked for; then fetched, or given up

    @property
    def words(self) -> str:
        """Return what the page says, its title first."""
        return "\n".join(filter(None, (self.title, self.text)))

    def keep(self, url: str, url_key: str | None, title: str, text: str, at: datetime) -> None:
        """Keep what was there."""
        self.stage, self.url, self.url_key, self.at = "kept", url, url_key, at
        self.title, self.text = title, text

    def refuse(self, trouble: str, at: datetime) -> None:
        """Give the page up."""
        self.stage, self.trouble, self.at = "refused", trouble, at


def of_report(session: Session, report_id: uuid.UUID) -> LinkedPage | None:
    """Find the page of a report."""
    return session.exec(select(LinkedPage).where(LinkedPage.report_id == report_id)).first()


def to_change(session: Session, page_id: uuid.UUID) -> LinkedPage:
    """Load one, locked."""
    return session.exec(select(LinkedPage).where(LinkedPage.id == page_id).with_for_update()).one()


def same_post(session: Session, url_key: str, but: uuid.UUID) -> Report | None:
    """Find the first other report whose link, or the page it led to, is at this address."""
    led = select(LinkedPage.report_id).where(LinkedPage.url_key == url_key)
    query = select(Report).where((col(Report.url_key) == url_key) | col(Report.id).in_(led), Report.id != but)
    return session.exec(query.order_by(col(Report.received_at))).first()


def save(session: Session, *rows: LinkedPage) -> Sequence[LinkedPage]:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
    return rows
