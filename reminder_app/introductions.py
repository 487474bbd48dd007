"""Those above, made known to those below that call them: what a feature may not import, it is told."""

from reminder_app import jobs
from reminder_app.accounts import hours, mails, profile, reset
from reminder_app.calendars import feeds
from reminder_app.contacts import figures as contact_figures
from reminder_app.contacts import importing
from reminder_app.contacts import merging as contact_merging
from reminder_app.contacts import service as contacts
from reminder_app.delivery import claims
from reminder_app.delivery.channels import registry
from reminder_app.delivery.endpoints import makers, webhook_channel
from reminder_app.delivery.endpoints import service as endpoints
from reminder_app.delivery.senders import own_channel, uses
from reminder_app.operations import upkeep_pages
from reminder_app.reminders import (
    clients,
    gathering,
    linked,
    moving,
    reviving,
    sending_as,
    sending_now,
)
from reminder_app.reminders import service as reminders
from reminder_app.texts import service as texts


def introduce_all() -> None:
    texts.users[:] = [reminders.count_with_text]
    profile.movers[:] = [moving.person_moved]
    profile.foretold[:] = [moving.foretell]
    reset.enders[:] = [feeds.end_all]
    mails.channels[:] = [endpoints.names]
    contact_figures.known[:] = [clients.reminded]
    contact_merging.movers[:] = [clients.move]
    contacts.brought_back[:] = [reviving.contact_is_back]
    importing.asked[:] = [jobs.ask]
    sending_now.asked[:] = [jobs.ask]
    uses.uses[:] = [sending_as.USE]
    registry.register("email", own_channel.OwnChannel)
    for kind, maker in makers.MAKERS.items():
        registry.register(kind, maker)
    webhook_channel.acts[:] = [linked.answered]
    hours.listeners[:] = [gathering.look_again]
    claims.hours[:] = [gathering.hours_of]
    upkeep_pages.asked[:] = [jobs.ask]
