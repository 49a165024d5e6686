"""更正: a new text that puts right what is out; it takes the way of every text, and says what it corrects."""

from config.language import t
from handlers.act import Act
from handlers.drafting import rewriting, versions
from handlers.drafting.finding import typed
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.registry import said
from handlers.release import correcting_words as words
from handlers.release import proving
from storage import draft as drafts
from storage import release as releases
from storage.case import Case
from storage.release import Release


@said("correct", "更正", help=t("更正已发布的通报:第一行“更正 12 标题”,第二行起写正文"))
def correct(act: Act, case: Case, said_words: str) -> None:
    """Keep a text that corrects the newest release that is out; it goes through every gate like any other."""
    wrong = _wrong(act, case)
    new = versions.written("" if act.tapped else said_words, typed(act))
    rewriting.refuse_faulty(new, words.form(case, wrong))
    _refuse_same(case, wrong, new)
    _refuse_other_under_review(act, case, wrong)
    rewriting.write(act, case, new, corrects=wrong.public_id)


def _wrong(act: Act, case: Case) -> Release:
    """Return what would be corrected; refuse when there is nothing, or the case has ended."""
    found = [one for one in releases.of_case(act.session, case.id) if _can_be_read(act, one)]
    if not found:
        raise Refusal(words.nothing_out(case))
    if case.stage == "closed":
        raise Refusal(words.reopen_first(case))
    return found[-1]


def _can_be_read(act: Act, release: Release) -> bool:
    return release.withdrawn_at is None and proving.is_out(releases.channels(act.session, release.id))


def _refuse_same(case: Case, wrong: Release, new: Written) -> None:
    if (wrong.title, wrong.text) == (new.title, new.text):
        raise Refusal(words.same_words(case, wrong))


def _refuse_other_under_review(act: Act, case: Case, wrong: Release) -> None:
    """Refuse while another text has signatures: it would become the correction behind its signers' backs."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage not in rewriting.SIGNED_IN:
        return
    if newest.manifest.get("corrects") != wrong.public_id:
        raise Refusal(words.other_text_under_review(case, newest.version))
