"""A desk that publishes on its website and on an official account, and hears what becomes of it."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from bot.channels import Channel
from bot.channels.website import WebsiteChannel, picture_at
from bot.channels.wechat_account import WechatAccountChannel
from bot.channels.wechat_drafts import Drafts
from bot.channels.wechat_mass import WechatMassChannel
from bot.chat.wechat.line import WechatLine
from bot.web.server import serving
from config.plan_file import PLANS
from storage.database import Database
from tests.conversations.letters import Followed, followed, new_account
from tests.conversations.releasing import Website
from tests.platforms.wecom_api import WecomApi

PLAN: Final = "extends: gangbei-2017\nname: {zh: 试, en: Trial}\nrelease_channels: [website, wechat_account]\n"


def _rest(_seconds: float) -> None:
    """Let the vendor's own thread publish."""
    time.sleep(0.05)


@contextmanager
def publishing(database: Database, account: WecomApi, folder: Path) -> Iterator[Followed]:
    """Open it; the account writes to all its followers once a day."""
    for name in ("gangbei-2017", "national"):
        shutil.copy(PLANS / f"{name}.yaml", folder)
    (folder / "ours.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0 a cover")
    new_account(account)
    with serving(Website(database)) as address, httpx.Client(trust_env=False) as client:

        def channels(line: WechatLine) -> dict[str, Channel]:
            # The bureau's pictures lie on the double's server here, as if that were its website.
            drafts = Drafts(line, folder / "cover.jpg", partial(picture_at, client, account.url))
            mass = WechatMassChannel(database, line, drafts)
            return {
                "website": WebsiteChannel(database, client, address),
                "wechat_account": WechatAccountChannel(database, line, drafts, mass, rest=_rest),
                "wechat_mass": mass,
            }

        with followed(database, account, folder, channels, folder / "ours.yaml", address) as desk:
            desk.house.mass_limit = (1, "day")
            yield desk
