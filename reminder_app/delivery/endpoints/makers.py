"""The channels of people and of clients, by what their accounts are called."""

from reminder_app.delivery.channels.registry import Maker
from reminder_app.delivery.endpoints import kinds
from reminder_app.delivery.endpoints.apprise_channel import AppriseChannel
from reminder_app.delivery.endpoints.gateway_channel import GatewayChannel
from reminder_app.delivery.endpoints.push_channel import PushChannel
from reminder_app.delivery.endpoints.webhook_channel import WebhookChannel

MAKERS: dict[str, Maker] = {
    kinds.PUSH: PushChannel,
    kinds.WEBHOOK: WebhookChannel,
    kinds.APPRISE: AppriseChannel,
    **dict.fromkeys(kinds.GATEWAYS, GatewayChannel),
}
