"""An article sent to all followers of the official account (群发), only where somebody asked for it.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html: once a day,
or four times a month; where the account protects it, an administrator of the account agrees within thirty minutes, or
nothing was sent. It names each request (clientmsgid), so that one whose answer was lost is asked again without harm.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from wechatpy.exceptions import WeChatClientException

from bot.channels import Proof, ReleaseFailed
from bot.channels.posts import Posts, has_id
from bot.channels.wechat_drafts import Drafts, signed_words
from bot.channels.wechat_refusals import not_out, owing
from bot.chat.calls import FAILURES, code_of
from bot.chat.wechat.errors import BUSY, TO_BE_MENDED
from bot.chat.wechat.line import WechatLine
from storage import release as releases
from storage.chat import Chat
from storage.database import Database, Session
from storage.release import Release

NAME: Final = "wechat_mass"
OURS: Final = "公众号群发"  # as people are told of it
THERE: Final = Chat(platform="wechat", account="mass", use="unbound", title=OURS)  # names the post on record
KEY: Final = "wechat:mass"
ASKED: Final = "mass:"  # so begins the id: when it was asked for, in seconds, and the platform's number for it
AGREES_WITHIN: Final = timedelta(minutes=30)
LATE: Final = timedelta(minutes=10)  # by which the platform may tell later what became of it
FORGOTTEN: Final = timedelta(days=1)  # after which it will not be sent any more, and may be asked for anew
LATER: Final = 60.0  # seconds until it is asked again; nobody may ask for the same more often
SENT, FAILED, DELETED = "SEND_SUCCESS", "SEND_FAIL", "DELETE"
SAME: Final = 45065  # this was asked for already, and has a number
TOO_SOON: Final = 45066
NO_QUOTA: Final = 45028


class WechatMassChannel:
    """Sends through one official account."""

    name = NAME

    def __init__(self, database: Database, line: WechatLine, drafts: Drafts) -> None:
        """Send what is kept as drafts."""
        self._database = database
        self._posts = Posts(database, NAME)
        self._line = line
        self._drafts = drafts

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Ask for it, or ask what became of it: nobody reads it back for us, so that its proof has no hash."""
        had = self._posts.of(release).get(KEY, "")
        if not has_id(had):
            self._posts.check(release)
            had = f"{ASKED}{int(at.timestamp())}"
            self._posts.note(release, KEY, had)
        number = _number(had) or self._ask(release, had, signed_words(release, proofs))
        stage = self._stage(number)
        if stage == SENT:
            self._called_off(release, number)
            return Proof("", at, "", number)
        if stage in (FAILED, DELETED):
            self._posts.note(release, KEY, None)
            raise ReleaseFailed("mass_refused")
        raise self._waits(release, had, at)

    def _ask(self, release: Release, had: str, words: str) -> str:
        """Ask the platform to send; return its number."""
        self._posts.check(release)
        with owing(self._line, OURS):
            draft = self._drafts.keep(release, words)
        asked = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": draft},
            "send_ignore_reprint": 0,
            "clientmsgid": f"{release.id.hex}-{_moment(had)}",
        }
        try:
            number = str(self._line.post("message/mass/sendall", asked)["msg_id"])
        except FAILURES as error:
            number = self._known(release, error)
        self._posts.note(release, KEY, f"{had} {number}")
        return number

    def _known(self, release: Release, error: BaseException) -> str:
        """Return the number of what was asked for before; else say why nothing was sent, or that it is asked again."""
        code = code_of(error)
        if code == SAME and isinstance(error, WeChatClientException) and error.response is not None:
            return str(error.response.json()["msg_id"])
        if code in (None, SAME, TOO_SOON, BUSY):
            raise ReleaseFailed("under_way", after=LATER)
        if code in TO_BE_MENDED:
            raise not_out(self._line, error, OURS)
        self._posts.note(release, KEY, None)
        raise ReleaseFailed("mass_quota" if code == NO_QUOTA else f"mass_refused:{code}")

    def _stage(self, number: str) -> str:
        with owing(self._line, OURS):
            return str(self._line.post("message/mass/get", {"msg_id": number})["msg_status"])

    def _called_off(self, release: Release, number: str) -> None:
        """Delete what came out although it was called off meanwhile."""
        try:
            self._posts.check(release)
        except ReleaseFailed:
            self._delete(release, number)
            raise

    def _waits(self, release: Release, had: str, at: datetime) -> ReleaseFailed:
        """Return that somebody must agree, and until when; whether nobody did is the platform's to say, for a day."""
        until = datetime.fromtimestamp(_moment(had), UTC) + AGREES_WITHIN
        if at > until + FORGOTTEN:
            self._posts.note(release, KEY, None)
            return ReleaseFailed("mass_unconfirmed")
        if at > until + LATE:
            return ReleaseFailed("mass_silent", after=LATER)
        return ReleaseFailed(f"mass_waits:{until.isoformat()}", after=LATER)

    # what is put right, or withdrawn

    def replace(self, release: Release) -> None:
        """Delete what was sent of the releases that this one puts right; what still waits is deleted once it is out."""
        with self._database.reading() as session:
            wrong = [each for each in releases.corrected(session, release) if _was_asked(session, each)]
        for each in wrong:
            had = self._posts.of(each).get(KEY)
            number = _number(had or "")
            if number and self._stage(number) == SENT:
                self._delete(each, number)
            elif had and not number:  # nobody knows whether it was asked for: a person has to look
                self._posts.leave(each, KEY, OURS)

    def withdraw(self, release: Release, at: datetime) -> None:
        """Delete it, and see that it is gone; what waits for somebody to agree is waited for."""
        had = self._posts.of(release).get(KEY)
        if had is None:
            return
        number = _number(had)
        if not number:  # nobody knows whether it was asked for: a person has to look
            self._posts.leave(release, KEY, OURS)
            self._posts.note(release, KEY, None)
        elif self._stage(number) == SENT:
            self._delete(release, number)
        elif self._stage(number) in (FAILED, DELETED):
            self._posts.note(release, KEY, None)
        else:
            failed = self._waits(release, had, at)
            if failed.after:
                raise failed

    def _delete(self, release: Release, number: str) -> None:
        """Delete the article; the cards that followers have got stay, and open nothing any more."""
        with owing(self._line, OURS):
            self._line.post("message/mass/delete", {"msg_id": number, "article_idx": 0})
        if self._stage(number) != DELETED:
            raise ReleaseFailed("still_readable")
        self._posts.note(release, KEY, None)


def _was_asked(session: Session, release: Release) -> bool:
    return any(row.channel == NAME for row in releases.channels(session, release.id))


def _moment(had: str) -> int:
    return int(had.removeprefix(ASKED).partition(" ")[0])


def _number(had: str) -> str:
    return had.removeprefix(ASKED).partition(" ")[2] if had.startswith(ASKED) else ""
