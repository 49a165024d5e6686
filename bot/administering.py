"""What the administrator does from the command line: the first administrator, the roster."""

from collections.abc import Sequence
from pathlib import Path

import typer

from bot.building import roster_in_force, take_roster
from bot.opening import opened
from config.accounts import is_account, plain_account
from config.language import Said, Voice, lines, t
from config.roster import roster_difference, roster_from_text
from config.settings import Settings
from config.yaml_tree import read_file
from handlers.words import names
from storage import history
from storage import person as people
from storage.person import Identity, Person

ADMINISTRATOR = "administrator"


def name_administrator(settings: Settings, name: str, accounts: list[str]) -> int:
    """Give somebody the administrator's role, known or the very first; return the exit code."""
    voice = Voice(settings.language)
    given = [account.partition("=")[::2] for account in accounts]
    pairs = [(platform, plain_account(platform, account)) for platform, account in given]
    if any(not platform or not account or not is_account(platform, account) for platform, account in pairs):
        typer.echo(t("--account 要写成 平台=账号,如 telegram=123456").say(voice), err=True)
        return 2
    with opened(settings) as desk, desk.database.writing() as session:
        person = people.by_name(session, name)
        everybody = people.everybody(session)
        if person is None and (everybody or not pairs):
            typer.echo(_nobody(name, everybody).say(voice), err=True)
            return 1
        person = person or Person(key=name, name=name, position=len(people.all_people(session)))
        person.roles = sorted({*person.roles, ADMINISTRATOR})
        person.active = True
        people.save(session, person)
        for platform, account in pairs:
            if people.by_account(session, platform, account) is None:
                people.save(session, Identity(person_id=person.id, platform=platform, account=account))
        history.record(
            session, chain_case=None, at=desk.clock.now(), kind="administrator_named", actor="desk",
            actor_name="command line", payload={"person": str(person.id), "accounts": accounts},
        )  # fmt: skip
    typer.echo(t("{name} 现在是管理员。", name=name).say(voice))
    return 0


def _nobody(name: str, everybody: Sequence[Person]) -> Said:
    """Say that nobody is called so: a mistyped name must not become a person with every right."""
    if not everybody:
        return t("还没有人员,没有「{name}」。第一位管理员请同时给出 --account 平台=账号。", name=name)
    return t(
        "名册里没有「{name}」,未做任何改动。已有:{names}。请照写其中一位,或先把新人写进值班表并收下。",
        name=name,
        names=names(_known_as(person) for person in everybody),
    )


def _known_as(person: Person) -> str:
    return person.name if person.key == person.name else f"{person.name}({person.key})"


def change_roster(settings: Settings, file: Path, *, apply: bool) -> int:
    """Show what a roster would change; take it only when asked to."""
    voice = Voice(settings.language)
    with opened(settings) as desk:
        plan = desk.desk.house.plan
        text = read_file(file)
        new = roster_from_text(text, file.name, plan)
        changes = roster_difference(roster_in_force(desk.database), new)
        typer.echo(lines(*changes).say(voice) if changes else t("没有变化。").say(voice))
        if not changes:
            return 0
        if not apply:
            typer.echo(t("以上还没有生效;确认无误后加 --apply 再运行一次。").say(voice))
            return 0
        take_roster(desk.database, text, file.name, plan, desk.clock.now(), by="command line")
        typer.echo(t("已按新值班表更换。").say(voice))
    return 0
