"""How accounts on chat platforms are written: one spelling for one account, and nothing that names several."""

import re
from collections.abc import Mapping
from typing import Final

# https://developer.work.weixin.qq.com/document/path/90195: letters, digits and _-@. after a letter or a digit; capitals
# make no difference. Where messages go "|" stands between several members, and "@all" is everybody.
USERID: Final = re.compile(r"[0-9a-z][0-9a-z_\-@.]{0,63}")
WECOM: Final = "wecom"


def plain_account(platform: str, account: str) -> str:
    """Return an account as the desk knows it."""
    return account.lower() if platform == WECOM else account


def plain_accounts(accounts: Mapping[str, str]) -> dict[str, str]:
    """Return somebody's accounts by platform as the desk knows them."""
    return {platform: plain_account(platform, account) for platform, account in accounts.items()}


def is_account(platform: str, account: str) -> bool:
    """Say whether this can be the account of one person."""
    return platform != WECOM or USERID.fullmatch(account) is not None
