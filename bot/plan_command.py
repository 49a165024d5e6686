"""`python -m bot plan`: which plans there are, whether one is right, what it says and what it would change."""

from contextlib import closing
from typing import Final

import typer

from bot.examining import condition_of
from bot.plan_words import difference, summary
from config.language import Said, Voice, lines, t
from config.plan_difference import plan_difference
from config.plan_file import LoadedPlan, PlanError, load_plan, plan_from_text, plan_names, plan_path
from config.problems import FileError
from config.roster import roster_from_text
from config.settings import Settings
from storage import person as people
from storage import plan as plans
from storage.case import count_open
from storage.database import Database

RIGHT: Final = 0
WRONG: Final = 1
NOT_THERE: Final = 2


def list_plans(settings: Settings) -> int:
    """Name the plans of the house and which one the settings name."""
    voice = Voice(settings.language)
    for name in dict.fromkeys([*plan_names(), settings.plan]):
        typer.echo(_named(name, in_settings=name == settings.plan).say(voice))
    return RIGHT


def check_plan(settings: Settings, where: str | None) -> int:
    """Check a plan as the start would, say what it means and what it would change; 0 right, 1 wrong, 2 not there."""
    voice = Voice(settings.language)
    wanted = where or settings.plan
    if not plan_path(wanted).is_file():
        known = ", ".join(plan_names())
        typer.echo(
            t("没有方案 {file}。可写文件的路径,或:{known}", file=plan_path(wanted), known=known).say(voice), err=True
        )
        return NOT_THERE
    try:
        loaded = load_plan(wanted)
    except PlanError as wrong:
        typer.echo(wrong.say(voice), err=True)
        typer.echo(t("共 {n} 处要改;改好再查一遍。", n=len(wrong.problems)).say(voice), err=True)
        return WRONG
    typer.echo(lines(summary(loaded), *_beside_what_is_here(settings, loaded)).say(voice))
    return RIGHT


def _named(name: str, *, in_settings: bool) -> Said:
    mark = t("← HUIYING_PLAN") if in_settings else None
    try:
        said = t("{key}:{name}", key=name, name=load_plan(name).plan.name)
    except PlanError:
        said = t("{key}:写得不对,请看 python -m bot plan check {key}", key=name)
    return lines(said) if mark is None else t("{said} {mark}", said=said, mark=mark)


def _beside_what_is_here(settings: Settings, loaded: LoadedPlan) -> list[Said]:
    """Compare with the plan that the desk started under last, and with the people there are; only looks."""
    with closing(Database(settings.database_url)) as database:
        if condition_of(settings, database) != "current":
            return []
        with database.reading() as session:
            texts, count = plans.newest(session), count_open(session)
            roster = people.newest_roster(session)
    told: list[Said] = []
    if texts is not None:
        told.append(difference(plan_difference(plan_from_text(texts), loaded.plan), count))
    if roster is not None:
        told += _fits(roster.text, loaded)
    return told


def _fits(roster: str, loaded: LoadedPlan) -> list[Said]:
    try:
        roster_from_text(roster, "roster.yaml", loaded.plan)
    except FileError as wrong:
        return [t("现在的值班表在它之下还缺:"), *wrong.problems]
    return []
