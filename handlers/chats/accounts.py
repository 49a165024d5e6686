"""An account comes to speak for a person, and a 1:1 chat comes to reach them."""

from handlers.act import Act
from handlers.chats import first_start, owing, reaching, words
from handlers.conversation import Incoming
from storage import chat as chats
from storage import invitation as invitations
from storage import moving
from storage import person as people
from storage.chat import Chat
from storage.invitation import Invitation
from storage.person import Identity, Person


def met(act: Act, incoming: Incoming) -> Chat:
    """Return the chat at hand; one nobody has bound is kept as such, so that the desk knows it has answered there."""
    if act.chat is None:
        place = incoming.place
        unbound = Chat(platform=incoming.platform, account=place.account, use="unbound", title=place.title)
        act.chat = chats.meet(act.session, unbound)
    return act.chat


def use_up(act: Act, incoming: Incoming, invitation: Invitation) -> None:
    """Let a code be good for nothing any more."""
    invitation.used_at, invitation.used_by = act.now, f"{incoming.sender.account}@{incoming.place.account}"
    invitations.save(act.session, invitation)


def accept(act: Act, incoming: Incoming, invitation: Invitation, person: Person) -> str:
    """Let the account that said an invitation's code speak for the person invited."""
    held = people.identity(act.session, incoming.platform, incoming.sender.account)
    holder = people.person(act.session, held.person_id) if held is not None else None
    if holder is not None and holder.active and holder.id != person.id:
        met(act, incoming)
        act.reply(words.speaks_for_another(holder))
        owing.tell_administrators(act, words.account_taken(incoming.sender, holder, person))
        return "code_refused"
    use_up(act, incoming, invitation)
    replaced = _give(act, incoming, person, held)
    bind_direct(act, incoming, person, bound_by="code")
    act.reply(words.welcome(person, act.house.plan))
    inviter = people.person(act.session, invitation.created_by)
    if inviter.id != person.id:
        act.tell(inviter, words.arrived(person, incoming.platform, incoming.sender, replaced))
    return "invitation_accepted"


def bind_direct(act: Act, incoming: Incoming, person: Person, *, bound_by: str) -> None:
    """Let this 1:1 chat be where the person is reached on this platform."""
    chat = met(act, incoming)
    if chat.use == "direct" and chat.person_id not in (None, person.id):
        moving.let_go(act.session, chat)
    chat.use, chat.person_id, chat.title, chat.bound_by = "direct", person.id, person.name, bound_by
    people.save(act.session, chat)
    reaching.reachable(act, chat)
    act.person = person
    if person.has("administrator"):
        first_start.name_now(act)


def _give(act: Act, incoming: Incoming, person: Person, held: Identity | None) -> list[str]:
    """Give the account to the person; return those that spoke for them on this platform until now."""
    account = incoming.sender.account
    identity = held or Identity(person_id=person.id, platform=incoming.platform, account=account, given_by="invite")
    if identity.person_id != person.id:  # of somebody who has left
        identity.person_id, identity.given_by = person.id, "invite"
    people.save(act.session, identity)
    old = [each for each in people.accounts_of(act.session, person.id, incoming.platform) if each.id != identity.id]
    for each in old:
        people.forget(act.session, each)
    for chat in chats.direct_on(act.session, person.id, incoming.platform):
        if chat.account != incoming.place.account:
            moving.let_go(act.session, chat)
    return [each.account for each in old]
