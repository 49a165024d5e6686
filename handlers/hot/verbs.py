"""Hot topics on request; the digest has them too (R2, R10)."""

from config.language import t
from handlers import find
from handlers.act import Act
from handlers.hot import topics, words
from handlers.registry import said


@said("hot", "热点", "热榜", about="nothing", help=t("看近几天的热点,按热度排:热点"))
def list_hot(act: Act, _words: str) -> None:
    """List what many people write about, the hottest first."""
    plan = act.house.plan.hot_topics
    found = [topic for topic in topics.hot_topics(act) if all(find.is_known_here(act, case) for case in topic.cases)]
    act.reply(words.hot_list(found, plan.days) if found else words.none_hot(plan.days, plan.least_reports))
