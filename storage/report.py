"""A report: one forward of one post, kept word for word."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, Uuid, bindparam, text
from sqlalchemy import column as sql_column
from sqlmodel import Field, SQLModel, col, func, select

from storage import case as cases
from storage import together
from storage.case import Case
from storage.columns import Hot, id_field, moment_field, new_id
from storage.session import Session


class Report(Hot, table=True):
    """One post as it reached the desk; the first words are kept, edits become versions."""

    __table_args__ = (
        UniqueConstraint("platform", "message_key"),
        CheckConstraint("origin_kind IN ('user', 'hidden_user', 'chat', 'channel', 'none')", name="origin_kind"),
        CheckConstraint(
            "joined IN ('opened', 'same_origin', 'same_url', 'same_text', 'near_text', 'album', 'by_person')"
        ),
        # With the moment: of what everybody passes on, the first is found without reading them all.
        Index("report_origin", "origin_key", "received_at"),
        Index("report_url", "url_key", "received_at"),
        Index("report_text", "text_key", "received_at"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    first_case_id: uuid.UUID = Field(foreign_key="cases.id")  # where it stood before a merge or split
    joined: str = "opened"
    platform: str
    message_key: str  # chat and message, unique on the platform
    chat_id: uuid.UUID | None = Field(default=None, foreign_key="chat.id")
    album_key: str | None = Field(default=None, index=True)
    text: str
    text_key: str  # hash of the canonical text
    origin_kind: str = "none"
    origin_key: str | None = None  # platform + channel + message
    origin_author: str = ""
    url: str | None = None
    url_key: str | None = None
    occurred_at: datetime | None = moment_field(nullable=True)
    posted_at: datetime | None = moment_field(nullable=True)
    received_at: datetime = moment_field(index=True)
    forwarded_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    forwarder: str = ""
    likes: int = 0
    reposts: int = 0


class ReportVersion(SQLModel, table=True):
    """A later wording of the original post."""

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("report_id", "n"),)
    id: uuid.UUID = id_field()
    report_id: uuid.UUID = Field(foreign_key="report.id", index=True)
    n: int
    text: str
    at: datetime = moment_field()


class Attachment(SQLModel, table=True):
    """A file that came with a report: kept by the hash of its content, still to be fetched, or not taken."""

    __table_args__ = (CheckConstraint("stage IN ('kept', 'owed', 'refused')", name="attachment_stage"),)
    id: uuid.UUID = id_field()
    report_id: uuid.UUID = Field(foreign_key="report.id", index=True)
    stage: str = "kept"
    source: str = ""  # the platform's own name for the file, where it had to be fetched
    trouble: str = ""  # why it was not taken, in one word
    sha256: str = ""  # empty until it is kept
    name: str = ""
    media_type: str = "application/octet-stream"
    size: int  # bytes; 0 while nobody knows
    look: str = ""  # of a picture, by which the same one is found again

    def keep(self, sha256: str, size: int, media_type: str, look: str = "") -> None:
        """Take what was fetched; the first content is the one that stays."""
        if self.stage == "owed":
            self.stage, self.sha256, self.size, self.media_type = "kept", sha256, size, media_type
            self.look = look

    def refuse(self, trouble: str) -> None:
        """Give up a file that is still owed."""
        if self.stage == "owed":
            self.stage, self.trouble = "refused", trouble


class NearKey(SQLModel, table=True):
    """A band of a post's fingerprint: near-identical posts share at least one."""

    __tablename__ = "near_key"
    __table_args__ = (UniqueConstraint("band", "report_id"),)
    id: uuid.UUID = id_field()
    band: str
    report_id: uuid.UUID = Field(foreign_key="report.id", index=True)


def add(session: Session, report: Report, bands: Sequence[str] = (), files: Sequence[Attachment] = ()) -> None:
    """Keep a report with its fingerprint and files."""
    session.keep(report)
    for band in dict.fromkeys(bands):
        key = {"id": new_id(), "band": band, "report_id": report.id}
        session.put("near_key", key, key, owner=band)
    for file in files:
        session.add(file)


def load(session: Session, report_id: uuid.UUID) -> Report:
    """Load a report by id."""
    found: Report = session.newly(report_id) if session.is_new(report_id) else session.get_one(Report, report_id)
    return found


def by_message(session: Session, platform: str, message_key: str) -> Report | None:
    """Find the report that a platform message became."""
    return session.exec(select(Report).where(Report.platform == platform, Report.message_key == message_key)).first()


def bare_picture(session: Session, chat_id: uuid.UUID, by: uuid.UUID, since: datetime) -> Report | None:
    """Find the newest report that somebody sent to a chat without a word: a picture, or another file."""
    query = select(Report).where(Report.chat_id == chat_id, Report.forwarded_by == by, Report.received_at >= since)
    query = query.where(Report.text == "", Report.origin_kind == "none")
    return session.exec(query.order_by(col(Report.received_at).desc())).first()


def by_album(session: Session, platform: str, album_key: str) -> Report | None:
    """Find the first report of an album."""
    query = select(Report).where(Report.platform == platform, Report.album_key == album_key)
    return session.exec(query.order_by(col(Report.received_at))).first()


MOST_BANDS: Final = 64  # in one question
FIRSTS: Final = 20  # reports of a band that a post is held against
First = tuple[int, uuid.UUID, str]  # a report's id as a number, which is in the order of time; its id and words


@dataclass(frozen=True)
class Expected:
    """Which values of a column were asked for together, and what has them."""

    asked: set[str] = field(default_factory=set)
    earliest: dict[str, Report] = field(default_factory=dict)  # of a key, the first report that has it
    firsts: dict[str, list[First]] = field(default_factory=dict)  # of a band, the first reports that have it


def expect(session: Session, column: str, values: Collection[str]) -> Collection[uuid.UUID]:
    """Find at once what some report has of these: an origin_key, url_key or text_key. Return the cases of the first."""
    if not values:
        return ()
    expected = session.info.setdefault(EXPECTED, {}).setdefault(column, Expected())
    expected.asked.update(values)
    there = set(session.ask(_THERE[column], {"values": list(values)}))
    expected.earliest.update(_earliest_of_each(session, column, there))
    return {report.case_id for report in expected.earliest.values()}


def expect_bands(session: Session, bands: Collection[str]) -> None:
    """Find at once the first reports that have these bands of a fingerprint."""
    if bands:
        expected = session.info.setdefault(EXPECTED, {}).setdefault("band", Expected())
        expected.asked.update(bands)
        expected.firsts.update(_firsts(session, set(session.ask(_THERE["band"], {"values": list(bands)}))))


def earliest_with(session: Session, column: str, key: str) -> Report | None:
    """Find the first report with the same origin_key, url_key or text_key."""
    expected: Expected | None = session.info.get(EXPECTED, {}).get(column)
    if expected is not None and key in expected.asked:
        found = expected.earliest.get(key)
    else:
        found = session.exec(_EARLIEST[column], params={"key": key}).first()
    return found or next(iter(session.new_of(Report, key)), None)


def near(session: Session, bands: Collection[str], limit: int = FIRSTS) -> list[tuple[uuid.UUID, str]]:
    """List reports that share a band of the fingerprint, the first received first: id and words."""
    expected: Expected = session.info.get(EXPECTED, {}).get("band") or Expected()
    firsts = expected.firsts | _firsts(session, {band for band in bands if band not in expected.asked})
    found = {first[0]: first[1:] for band in bands for first in firsts.get(band, ())}
    older = [found[n] for n in sorted(found)]
    known = {report_id for report_id, _ in older}
    new = dict.fromkeys(key["report_id"] for band in bands for key in session.kept("near_key", band))
    return [*older, *((each, session.newly(each).text) for each in new if each not in known)][:limit]


def reword(session: Session, report: Report, text: str, text_key: str) -> None:
    """Give a report the words that came after it."""
    report.text, report.text_key = text, text_key
    session.info.pop(EXPECTED, None)
    session.add(report)
    session.flush()


EXPECTED: Final = "reports expected"  # in a session's info
_COLUMNS: Final = {"origin_key": Report.origin_key, "url_key": Report.url_key, "text_key": Report.text_key}
# The hot path: built once.
_THERE: Final = {
    name: select(column).where(col(column).in_(bindparam("values", expanding=True))).distinct()
    for name, column in (*_COLUMNS.items(), ("band", NearKey.band))
}
_EARLIEST: Final = {
    name: select(Report).where(col(column) == bindparam("key")).order_by(col(Report.received_at)).limit(1)
    for name, column in _COLUMNS.items()
}


def _earliest_of_each(session: Session, column: str, keys: Collection[str]) -> dict[str, Report]:
    """Load the first report of each key, of all that share one without reading the others."""
    found = _of_each(session, ("report", column, "id", "received_at"), 1, keys)
    known = session.ask(_WITH_IDS, {"ids": [report_id for _, report_id in found]}) if found else ()
    reports = {report.id.int: report for report in known}
    return {key: reports[report_id.int] for key, report_id in found}


def _of_each(
    session: Session, where: tuple[str, str, str, str], most: int, keys: Collection[str]
) -> list[tuple[str, uuid.UUID]]:
    """Ask for the first rows of each key, with an id; where: the table, the columns of key, id and order."""
    found: list[tuple[str, uuid.UUID]] = []
    wanted = sorted(keys)
    for start in range(0, len(wanted), MOST_BANDS):
        some = wanted[start : start + MOST_BANDS]
        some += some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))  # few questions for any number
        asked = {f"key_{n}": key for n, key in enumerate(some)}
        found += [(key, row_id) for key, row_id in session.connection().execute(_first(where, most, len(some)), asked)]
    return found


def _firsts(session: Session, bands: Collection[str]) -> dict[str, list[First]]:
    """Find the first reports of each band, so that what everybody passes on is not read as a whole."""
    keys = _of_each(session, ("near_key", "band", "report_id", "report_id"), FIRSTS, bands)  # ids are in time's order
    ids = {report_id.int: report_id for _, report_id in keys}
    texts = session.connection().execute(_WORDS, {"ids": list(ids.values())}) if ids else ()
    words = {report_id.int: (report_id.int, report_id, text) for report_id, text in texts}
    found: dict[str, list[First]] = {}
    for band, report_id in keys:
        found.setdefault(band, []).append(words[report_id.int])
    return found


@cache
def _first(where: tuple[str, str, str, str], most: int, count: int) -> Any:  # noqa: ANN401 - a statement over so many keys
    """Ask for the first of each key. As text: so many selects are taken apart anew each time."""
    table, key, row_id, order = where
    firsts = (
        f"SELECT * FROM (SELECT {key}, {row_id} FROM {table} WHERE {key} = :key_{n} "  # noqa: S608 - our own columns
        f"ORDER BY {order} LIMIT {most}) AS of_{n}"
        for n in range(count)
    )
    return text(" UNION ".join(firsts)).columns(sql_column(key, String()), sql_column(row_id, Uuid()))


_WITH_IDS: Final = select(Report).where(col(Report.id).in_(bindparam("ids", expanding=True)))
_WORDS: Final = select(Report.id, Report.text).where(col(Report.id).in_(bindparam("ids", expanding=True)))


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Report]:
    """List the reports of a case, first received first."""
    known = together.rows(session, Report, case_id)
    if known is not None:
        return known
    return session.exec(select(Report).where(Report.case_id == case_id).order_by(col(Report.received_at))).all()


def look_together(session: Session, case_ids: Collection[uuid.UUID]) -> None:
    """Look up the reports of several cases, their files, and which of them were never edited."""
    together.look(session, case_ids, Report)
    cases = list(case_ids)
    files: dict[uuid.UUID, list[Attachment]] = {case_id: [] for case_id in cases}
    for case_id, file in session.exec(_FILES, params={"cases": cases}):
        files[case_id].append(file)
    together.learn(session, FILES, files)
    edited = set(session.exec(_EDITED, params={"cases": cases}))
    together.learn(session, UNEDITED, {case_id: True for case_id in cases if case_id not in edited})


FILES: Final = "files of cases"
UNEDITED: Final = "cases of which no report was edited"
together.by_case(Report, col(Report.received_at))
together.HANGS_ON.update({Attachment: FILES, ReportVersion: UNEDITED})
_HERE: Final = col(Report.case_id).in_(bindparam("cases", expanding=True))
_FILES: Final = (
    select(Report.case_id, Attachment)
    .join(Attachment, col(Report.id) == Attachment.report_id)
    .where(_HERE)
    .order_by(col(Attachment.id))
)
_EDITED: Final = (
    select(Report.case_id).join(ReportVersion, col(ReportVersion.report_id) == Report.id).where(_HERE).distinct()
)


def files(session: Session, report_id: uuid.UUID) -> Sequence[Attachment]:
    """List the files of a report, as they came."""
    query = select(Attachment).where(Attachment.report_id == report_id)
    return session.exec(query.order_by(col(Attachment.id))).all()


def files_of_case(session: Session, case_id: uuid.UUID) -> Sequence[Attachment]:
    """List the files of all reports of a case, as they came."""
    known: Sequence[Attachment] | None = together.known(session, FILES, case_id)
    if known is not None:
        return known
    query = select(Attachment).join(Report, col(Report.id) == Attachment.report_id).where(Report.case_id == case_id)
    return session.exec(query.order_by(col(Attachment.id))).all()


def has_content(session: Session, report: Report) -> bool:
    """Say whether anything of a report is kept or still to come: its words, or a file."""
    return bool(report.text) or any(file.stage != "refused" for file in files(session, report.id))


def attachment(session: Session, attachment_id: uuid.UUID) -> Attachment:
    """Load a file's entry, locked."""
    return session.exec(select(Attachment).where(Attachment.id == attachment_id).with_for_update()).one()


def versions(session: Session, report_id: uuid.UUID) -> Sequence[ReportVersion]:
    """List the later wordings of a report."""
    query = select(ReportVersion).where(ReportVersion.report_id == report_id)
    return session.exec(query.order_by(col(ReportVersion.n))).all()


def add_version(session: Session, report: Report, text: str, at: datetime) -> int:
    """Keep a later wording of a report; return its version number (the first wording is version 1)."""
    n = len(versions(session, report.id)) + 2
    session.add(ReportVersion(report_id=report.id, n=n, text=text, at=at))
    session.flush()
    return n


def wordings(session: Session, report: Report) -> list[str]:
    """List what a post said, first and later."""
    return [report.text, *(version.text for version in versions(session, report.id))]


def newest_words(session: Session, report: Report) -> str:
    """Return what a post said last."""
    return wordings(session, report)[-1]


def newest_edit(session: Session, case_id: uuid.UUID) -> tuple[Report, ReportVersion] | None:
    """Find the newest later wording among the reports of a case."""
    if together.known(session, UNEDITED, case_id):
        return None
    query = select(Report, ReportVersion).join(ReportVersion, col(ReportVersion.report_id) == Report.id)
    query = query.where(Report.case_id == case_id)
    return session.exec(query.order_by(col(ReportVersion.at).desc(), col(ReportVersion.n).desc())).first()


def count(session: Session, platform: str | None = None) -> int:
    """Count all reports, or those from one platform."""
    query = select(func.count()).select_from(Report)
    return session.exec(query if platform is None else query.where(Report.platform == platform)).one()


def case_of(session: Session, report: Report) -> Case:
    """Look at the case a report belongs to now, following merges."""
    case = cases.look(session, report.case_id)
    while case.merged_into is not None:
        case = cases.look(session, case.merged_into)
    return case


def case_to_change(session: Session, report: Report) -> Case:
    """Load the case a report belongs to now, following merges, for changing it."""
    case = cases.load(session, report.case_id)
    while case.merged_into is not None:
        case = cases.load(session, case.merged_into)
    return case
