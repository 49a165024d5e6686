"""A command that cannot do what it was asked to: nothing was changed."""

from config.language import Said, t
from storage.copy_trouble import CannotCopy, MayNotCreate, NoTool


class CommandRefused(Exception):
    """The command stops here; why says what is wrong and what to do."""

    def __init__(self, why: Said) -> None:
        """Keep the sentence."""
        super().__init__()
        self.why = why


def why_not(trouble: CommandRefused | CannotCopy) -> Said:
    """Say what stood in the way and what to do."""
    match trouble:
        case CommandRefused():
            return trouble.why
        case NoTool():
            return t("这台机器上没有 {tool}。请安装 PostgreSQL 的客户端程序(postgresql-client)。", tool=trouble)
        case MayNotCreate():
            return t("核验和恢复要建一个临时库,{role} 无权建库。请授予:ALTER ROLE … CREATEDB。", role=trouble)
    return t("数据库复制不了:{why}。请检查磁盘空间、权限和版本。", why=trouble)
