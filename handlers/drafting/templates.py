"""Templates: which one suits a case, how it is filled with what is confirmed, what is left open: rules."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from config.plan import PLACE, Template

FACTS: Final = "事实"
_LABELLED: Final = re.compile(r"(?P<label>[^\s:\uff1a,\uff0c。]{1,20})\s*[:\uff1a]\s*(?P<value>\S.*)", re.DOTALL)
_GAP: Final = re.compile(r"[〔\[【(\uff08]\s*待填\s*[:\uff1a]?\s*([^〕\]】)\uff09\n]{0,40})")
_ENDS: Final = "。.;\uff1b "


def suggested(
    templates: Sequence[Template], *, clocks: Collection[str], kinds: Collection[str], rumour: bool
) -> Template | None:
    """Return the first template that suits a case: by a clock that runs, by a kind, or by a confirmed rumour."""
    for template in templates:
        fits = not {*template.clocks}.isdisjoint(clocks) or not {*template.kinds}.isdisjoint(kinds)
        if fits or (template.rumour and rumour):
            return template
    return None


def filled(form: str, known: Mapping[str, str]) -> str:
    """Fill a form with what is known; each other place becomes a gap that says what belongs there."""
    return PLACE.sub(lambda found: known.get(found[1]) or f"〔待填:{found[1]}〕", form).strip()


def gaps(text: str) -> tuple[str, ...]:
    """List what a text still leaves open, each once."""
    return tuple(dict.fromkeys(found.strip() for found in _GAP.findall(text)))


def told_by(confirmed: Sequence[str], form: str) -> dict[str, str]:
    """Sort confirmed facts: one with a label ("地点:江南路") fills the place of that name in the form.

    The rest say what is so. Of several with one label the newest counts.
    """
    places = frozenset(PLACE.findall(form))
    known: dict[str, str] = {}
    rest = []
    for fact in confirmed:
        found = _LABELLED.fullmatch(fact.strip())
        if found is None or found["label"] not in places:
            rest.append(fact.strip().rstrip(_ENDS))
        else:
            known[found["label"]] = found["value"].strip().rstrip(_ENDS)
    return {**known, FACTS: "。".join(rest)} if rest else known


def written_day(moment: datetime) -> str:
    """Write a local day as official texts do."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def written_moment(moment: datetime) -> str:
    """Write a local moment as official texts do."""
    return f"{written_day(moment)}{moment.hour}时{moment.minute}分"
