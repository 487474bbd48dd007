"""Settings, Channels; and the same by the API."""

import pytest

from reminder_app.database import db
from reminder_app.delivery.endpoints.models import Endpoint, PushKey
from reminder_app.delivery.models import Delivery

PAGE, API = "/settings/channels", "/api/v1/channels"
URL = "https://hooks.example.org/in?token=zebra"


def add(alice, **typed):
    return alice.browser().post(f"{PAGE}/webhooks", data={"name": "Home", "url": URL} | typed)


def test_the_secret_of_a_webhook_is_shown_once(alice):
    made = add(alice)
    assert made.status_code == 201
    assert "whsec_" in made.text
    one = db.session.query(Endpoint).one()
    for path in (PAGE, f"{PAGE}/{one.id}"):
        page = alice.browser().get(path).text
        assert "Home" in page
        assert "whsec_" not in page
        assert "zebra" not in page


def test_a_wrong_address_is_told_beside_its_field(alice):
    refused = add(alice, url="http://hooks.example.org/")
    assert refused.status_code == 422
    assert "begin with https" in refused.text
    assert "http://hooks.example.org/" in refused.text  # nothing typed is lost


def test_renaming_a_new_secret_and_removing(alice):
    add(alice)
    browser, one = alice.browser(), db.session.query(Endpoint).one()
    path = f"{PAGE}/{one.id}"
    assert browser.post(f"{path}/name", data={"name": "Cabin"}).status_code == 303
    assert browser.post(f"{path}/name", data={"name": ""}).status_code == 422
    assert "Cabin" in browser.get(PAGE).text
    assert "whsec_" in browser.post(f"{path}/secret").text
    assert browser.post(f"{path}/remove").status_code == 303
    assert browser.get(path).status_code == 404


def test_a_test_goes_the_way_that_others_will(alice, webhook, hook, send):
    browser, path = alice.browser(), f"{PAGE}/{webhook.id}"
    assert browser.post(f"{path}/test").status_code == 303
    assert "looks again by itself" in browser.get(path).text
    browser.post(f"{path}/test")
    assert db.session.query(Delivery).count() == 1  # not while the first is under way

    send(webhook.account)
    assert hook.got[0]["type"] == "channel.test"
    assert "Works" in browser.get(path).text
    hook.answer = lambda _: (400, {}, b"not like this")
    browser.post(f"{path}/test")
    send(webhook.account)
    assert "not like this" in browser.get(path).text


def test_who_has_mended_it_need_not_wait_to_test_it_again(alice, webhook, hook, send, ledger):
    hook.answer = lambda _: (401, {}, b"who are you?")
    browser, path = alice.browser(), f"{PAGE}/{webhook.id}"
    browser.post(f"{path}/test")
    send(webhook.account)
    page = browser.get(path).text
    assert page.count("does not let us in: check the password or token. Its answer: 401") == 1
    assert "looks again by itself" not in page

    hook.answer = lambda _: (200, {}, b"{}")
    browser.post(f"{path}/test")
    send(webhook.account)
    assert sorted(one.state for one in db.session.query(Delivery)) == ["cancelled", "sent"]
    assert len(hook.got) == 2


def test_its_delivery_speaks_of_no_mail_server(alice, webhook, send, ledger):
    alice.browser().post(f"{PAGE}/{webhook.id}/test")
    sent = {"workspace_id": alice.workspace_id}
    db.session.query(Delivery).update(sent)
    db.session.commit()
    send(webhook.account)
    page = alice.browser().get(f"/deliveries/{ledger()['webhook'].id}").text
    assert "The service took it." in page
    assert "mail server" not in page


def test_a_test_of_a_push(alice, phone, push_service, send):
    assert alice.api().post(f"{API}/{phone.id}/test").status_code == 202
    send(phone.account)
    assert push_service.got[0].said["title"] == "This is a test"


def test_a_browser_subscribes(alice, push_service):
    browser = alice.browser()
    key = browser.post(f"{PAGE}/push-key").json["key"]
    assert key == db.session.query(PushKey.public).scalar()
    given = {**push_service.subscription(), "url": "https://push.example.org/1"}
    assert browser.post(f"{PAGE}/push", data={"name": "Phone", **given}).status_code == 200
    assert "Phone" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/push", data={**given, "auth": "x"}).status_code == 422


def test_the_order_is_set(alice, phone):
    browser = alice.browser()
    form = {"first": "push", "afterwards": "email", "after_minutes": "20"}
    assert browser.post(f"{PAGE}/order", data=form).status_code == 303
    assert "after 20 minutes" in browser.get(PAGE).text
    refused = browser.post(f"{PAGE}/order", data=form | {"afterwards": "push"})
    assert refused.status_code == 422
    assert alice.api().get(f"{API}/order").json["after_minutes"] == 20


def test_by_the_api(alice):
    api = alice.api()
    made = api.post(f"{API}/webhooks", json={"name": "Home", "url": URL})
    assert made.status_code == 201
    secret, path = made.json["secret"], f"{API}/{made.json['id']}"
    assert "zebra" not in made.text
    assert api.get(path).json["state"] == "new"
    assert secret not in api.get(API).text
    assert api.patch(path, json={"name": "Cabin"}).json["name"] == "Cabin"
    assert api.post(f"{path}/secret").json["secret"] != secret
    order = {"first": "webhook", "afterwards": "email", "after_minutes": 5}
    assert api.put(f"{API}/order", json=order).json == order
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("what", ["", "/test", "/secret", "/name", "/remove"])
def test_that_of_others_is_not_there(bob, webhook, what):
    browser = bob.browser()
    ask = browser.post if what else browser.get
    assert ask(f"{PAGE}/{webhook.id}{what}", data={"name": "x"}).status_code == 404


def test_what_reads_may_not_change(alice, webhook):
    api = alice.api("me:read")
    assert api.get(API).status_code == 200
    assert api.delete(f"{API}/{webhook.id}").status_code == 403
