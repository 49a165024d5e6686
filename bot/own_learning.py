"""`python -m bot learn`: what the desk learns from the cases its own people confirmed and corrected."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import Final

import typer

from bot.building import build_house
from bot.examining import condition_of
from bot.judge_command import models_of, progress
from bot.learn_command import keep
from bot.learn_words import cross_validated, version_line
from config.language import Line, Said, Voice, lines, t
from config.settings import Settings
from handlers.house import House
from handlers.learning.in_use import KINDS, NONE, ORDINARY, TOPIC
from handlers.learning.scores import Scores
from handlers.learning.training import Example, Trained, train
from handlers.reading.post import Reading
from storage.case import Case
from storage.database import Database
from storage.judged import Judged, judged
from storage.models import Models

FEWEST_CASES: Final = 60  # a desk's first weeks; fewer teach chance
FEWEST_OF_ONE: Final = 8
FEWEST_LABELS: Final = 2
NAMES: Final[dict[str, Line]] = {KINDS: t("类别"), TOPIC: t("分类")}


def learn_own(settings: Settings) -> int:
    """Learn kinds and topics from judged cases; keep what does better than the rules alone. Return the exit code."""
    voice = Voice(settings.language)
    with closing(Database(settings.database_url)) as database:
        if condition_of(settings, database) != "current":
            typer.echo(t("这里还没有可学的台账:数据库没有建好。先用 python -m bot run 启动一次。").say(voice), err=True)
            return 1
        house = build_house(settings.plan, language=settings.language, public_url=settings.public_url)
        kinds, topics = lessons(database, house)
    for name, examples in ((KINDS, kinds), (TOPIC, topics)):
        with progress(1000) as step:
            said = learn_one(models_of(settings), name, examples, partial(_in_thousandths, step))
        typer.echo(lines(t("【{what}】", what=NAMES[name]), said).say(voice))
    return 0


def _in_thousandths(step: Callable[[int], None], part: float) -> None:
    step(int(1000 * part))


def lessons(database: Database, house: House) -> tuple[list[Example], list[Example]]:
    """Return what people's judgements teach about kinds and about topics."""
    kinds: list[Example] = []
    topics: list[Example] = []
    with database.reading() as session:
        for each in judged(session):
            kind, topic = kind_taught(each.case, confirmed=each.confirmed), _topic_taught(each)
            if kind is None and topic is None:
                continue
            reading = house.read(each.text, each.case.received_at)
            if kind is not None:
                kinds.append(Example("", each.text, kind, reading.signs, (_kind_by_rules(reading),)))
            if topic is not None:
                topics.append(Example("", each.text, topic, reading.signs, (reading.ours or "",)))
    return kinds, topics


def kind_taught(case: Case, *, confirmed: bool) -> str | None:
    """Return the kind a person's word stands behind; None: nobody has said what this is."""
    if case.exit == "false_alarm":
        return NONE
    if case.exit in ("ordinary", "no_response"):
        return ORDINARY
    if case.exit == "not_ours":
        return None  # whose it is says nothing about what it is
    taken = case.accepted_at is not None  # a spokesperson took it for what it was called
    return case.primary_kind if case.kinds_set_by is not None or confirmed or taken else None


def _topic_taught(each: Judged) -> str | None:
    """Return the topic a person set, or under which somebody took the case."""
    return each.case.topic if each.topic_set or each.case.accepted_at is not None else None


def _kind_by_rules(reading: Reading) -> str:
    return reading.primary or (ORDINARY if reading.public_affairs else NONE)


def learn_one(models: Models, name: str, examples: Sequence[Example], step: Callable[[float], None]) -> Said:
    """Learn one thing, keep it if it is better than the rules alone, and say what came of it."""
    enough = _of_enough(examples)
    labels = Counter(each.label for each in enough)
    if len(enough) < FEWEST_CASES or len(labels) < FEWEST_LABELS:
        return lines(*_not_yet(Counter(each.label for each in examples), len(enough), len(labels)))
    trained = train(enough, step)
    best_rules = max(trained.rules.macro_f1, _rules_as_they_are(trained).macro_f1)
    told = cross_validated(trained, len(examples) - len(enough))
    if trained.learned.macro_f1 <= best_rules:
        return lines(told, "", t("没有比规则更好(规则 {rules}),不采用;多更正一些再学。", rules=f"{best_rules:.3f}"))
    kept = keep(models, name, trained, {"cases": len(enough)})
    return lines(
        told,
        "",
        version_line(kept),
        t("已采用,运行中的值班台即刻照此提议;退回用 learn --undo --name {name}。", name=name),
    )


def _of_enough(examples: Iterable[Example]) -> list[Example]:
    known = list(examples)
    counted = Counter(each.label for each in known)
    return [each for each in known if counted[each.label] >= FEWEST_OF_ONE]


def _rules_as_they_are(trained: Trained) -> Scores:
    return Scores.of([each.label for each in trained.used], [each.rules[0] for each in trained.used])


def _not_yet(there: Counter[str], cases: int, labels: int) -> list[Said]:
    told = "、".join(f"{label} {count}" for label, count in there.most_common()) or "-"
    missing = max(0, FEWEST_CASES - cases)
    return [
        t(
            "还不够学:至少要 {cases} 件,分属至少 {labels} 个标签,每个至少 {each} 件。",
            cases=FEWEST_CASES, labels=FEWEST_LABELS, each=FEWEST_OF_ONE,
        ),
        t("现有:{told};够数的 {n} 件、{k} 个标签。", told=told, n=cases, k=labels),
        t("至少还差 {missing} 件经人确认或更正的案件。", missing=missing or FEWEST_OF_ONE),
    ]  # fmt: skip
