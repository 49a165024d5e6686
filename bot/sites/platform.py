"""Other sites as a platform: nobody is written to there, what is owed there is read. A call may take long."""

from bot.chat.own import TakingPlatform
from handlers.sites import SITES


class SitesPlatform(TakingPlatform):
    """The web, host by host: one that does not answer delays no other."""

    name = SITES
    waits = True
