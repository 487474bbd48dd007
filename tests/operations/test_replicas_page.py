"""Who is read and who is written; with replicas: tests/web/test_replicas.py."""

from reminder_app.accounts import service as accounts


def test_with_one_database_the_page_says_so(alice):
    accounts.make_superuser(alice.email)

    page = alice.browser().get("/operations/database/replicas").get_data(as_text=True)

    assert "there is no replica" in page or "DATABASE_READ_URLS" in page
    assert alice.browser().get("/db-monitor/replicas").get_json()["readers"] == []


def test_it_is_there_for_operators_alone(alice):
    assert alice.browser().get("/operations/database/replicas").status_code == 404
    assert alice.browser().get("/db-monitor/replicas").status_code == 404
