"""Services that are reached by Apprise: which there are, and which of them may be used here.

Apprise itself is not imported here: see apprise_library.py.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

# Modules of apprise.plugins and the schemes of each: those that speak HTTP by `requests` and by nothing else.
# What starts programs, reads files or opens sockets is not among them, and so is never loaded:
# tests/channels/test_apprise_library.py reads the source of each.
MODULES = """
africas_talking=atalk apprise_api=apprise,apprises bark=bark,barks betterstack brevo bulksms
bulkvs burstsms=burstsms,kudosity chanify clickatell clicksend cliq=cliq,zcliq,zohocliq cm
custom_form=form,forms custom_json=json,jsons custom_xml=xml,xmls d7networks=d7sms dapnet
dingtalk discord dot eight00com emby=emby,embys enigma2=enigma2,enigma2s
evolution=evolution,evolutions exotel feishu firehydrant flock flowtriq=flowtriq,flowtriqs
fluxer=fluxer,fluxers fortysixelks=46elks,elks freemobile github goalert=goalert,goalerts
google_chat=gchat gorush=gorush,gorushs gotify=gotify,gotifys groundmail groupme gupshup
home_assistant=hassio,hassios httpsms humhub=humhub,humhubs ifttt ilert incidentio infobip jira
join kakaotalk=kakao,kakaotalk kaleyra=kaleyra,klr kavenegar kodi=kodi,kodis,xbmc,xbmcs kook
kumulos lametric=lametric,lametrics lark lauther lfgalarm=lfg line mailersend mailgun
mastodon=mastodon,mastodons,toot,toots matrix=matrix,matrixs mattermost=mmost,mmosts
messagebird=msgbird misskey=misskey,misskeys mobilemessage=mobilemessage,mobilemsg msg91
nextcloud=ncloud,nclouds nextcloudtalk=nctalk,nctalks notica=notica,noticas notifiarr
notifico=notifico,notificos notifyre ntfy=ntfy,ntfys octopush office365=azure,o365
one_signal=onesignal onebot=onebot,onebots opsgenie pagerduty pagertree
parseplatform=parsep,parseps pinglet=pinglet,pinglets pingram plivo postmark prowl
pushbullet=pbul pushdeer=pushdeer,pushdeers pushed pushjet=pjet,pjets pushme pushover=pover
pushplus=pushplus,wecom pushsafer=psafer,psafers pushward pushy qq reddit resend revolt
ringcentral=ringc rocketchat=rocket,rockets ryver sendgrid sendpulse serverchan=schan serwersms
ses seven sfr signal_api=signal,signals signalgrid signl4 simplepush=simplepush,spush sinch
slack smsc smseagle=smseagle,smseagles smsmanager=smsmanager,smsmgr smstunnel smtp2go sns
sogs=session,sessions,sogs sparkpost spike splunk=splunk,victorops spugpush squadcast stackfield
streamlabs=strmlabs synology=synology,synologys techuluspush=push telegram=tgram telesign telnyx
threema trigv=trigv,trigvs twilio twist twitter=tweet,twitter,x viber voipms vonage=nexmo,vonage
webexteams=webex,wxteams wechat wecombot whapi whatsapp workflows=workflow,workflows wpush
wxpusher xmatters youlmk zalo zoom zulip
"""
MODULE_OF = {
    scheme: module
    for module, _, schemes in (one.partition("=") for one in MODULES.split())
    for scheme in (schemes or module).split(",")
}
ALL = "*"
# Hosts whose own addresses are taken as they were copied there.
COPIED = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "chat.googleapis.com": "gchat",
    "ntfy.sh": "ntfys",
}
COPIED_ENDS = {".logic.azure.com": "workflows", ".powerplatform.com": "workflows"}
PLACE = "{to}"  # of a gateway: where the number goes


def allowed(names: Collection[str]) -> Collection[str]:
    """`names`: as the operator has written them."""
    return MODULE_OF.keys() if ALL in names else MODULE_OF.keys() & set(names)


def scheme_of(url: str) -> str:
    """Empty: none of them."""
    scheme, _, rest = url.strip().partition("://")
    if scheme.lower() in ("http", "https"):
        host = urlsplit("//" + rest).hostname or ""
        ends = (scheme for end, scheme in COPIED_ENDS.items() if host.endswith(end))
        return COPIED.get(host) or next(ends, "")
    return scheme.lower() if rest and scheme.lower() in MODULE_OF else ""
