import io

import pytest

from reminder_app.contacts import import_work, importing
from tests.contacts.importing_files import HEAD, folder, imported, rows, uploaded


@pytest.fixture(autouse=True)
def no_files(app):
    yield
    for path in folder().glob("*"):
        path.unlink()


def send(client, content, name="clients.csv"):
    return client.post("/contacts/import", data={"file": (io.BytesIO(content), name)})


def send_big(client, content):
    """Written out: the test's client would keep a file open of it."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = head + content + b"\r\n--cut--\r\n"
    kind = "multipart/form-data; boundary=cut"
    return client.post("/contacts/import", data=body, content_type=kind)


def test_a_file_is_looked_at_before_anything_is_saved(alice):
    client = alice.browser()

    r = client.get(
        send(client, (HEAD + "Ann <b>,ann@example.org,030 12345,vip\n").encode()).location
    )

    assert r.status_code == 200
    for text in ("Ann &lt;b&gt;", "ann@example.org", "Read as UTF-8", "commas", "E-Mail"):
        assert text in r.text
    assert "Nobody here yet" in client.get("/contacts").text


def test_columns_can_be_changed_and_looked_at_again(alice):
    client = alice.browser()
    where = send(client, b"who,write to\nAnn,ann@example.org\n").location
    asked = {"mapping": ["name", "email"], "has_header": "1", "existing": "skip", "tags": "new"}

    r = client.post(where, data=asked | {"do": "look"})
    assert r.status_code == 200
    assert "ann@example.org" in r.text

    assert client.post(where, data=asked | {"do": "start"}).status_code == 303
    running = client.get(where).text
    assert 'hx-trigger="every 1s"' in running
    import_work.work(folder())
    done = client.get(where).text
    assert "1 new, 0 changed, 0 here already, 0 not taken" in done
    assert client.get(f"{where}/progress").headers["HX-Redirect"] == where


def test_what_is_wrong_with_a_choice_is_said_there(alice):
    client = alice.browser()
    where = send(client, (HEAD + rows(1)).encode()).location

    r = client.post(where, data={"mapping": ["-"] * 4, "existing": "skip", "do": "start"})

    assert r.status_code == 422
    assert str(importing.NO_NAMES) in r.text


@pytest.mark.parametrize(
    ("content", "said"), [(b"", str(importing.EMPTY)), (b"\0\1" * 90, "no text")]
)
def test_no_list_of_contacts_is_refused_on_the_page(alice, content, said):
    r = send(alice.browser(), content)

    assert r.status_code == 422
    assert said in r.text


def test_without_a_file_it_asks_for_one(alice):
    assert "Choose a file first" in alice.browser().post("/contacts/import").text


def test_a_file_that_is_too_big_is_refused_before_it_is_read(alice):
    r = send_big(alice.browser(), b"x" * (importing.BIGGEST + 200_000))

    assert r.status_code == 413


def test_a_file_of_the_biggest_size_is_taken(alice):
    line = b"Ann,ann@example.org\n"

    r = send_big(alice.browser(), b"Name,Email\n" + line * (importing.BIGGEST // len(line) - 1))

    assert r.status_code == 303


def test_the_report_can_be_downloaded_and_works_nothing_out(alice):
    row = imported(alice, HEAD + '=1+1,no address,,\n"@x",also none,,\n')

    page = alice.browser().get(f"/contacts/imports/{row.id}").text
    r = alice.browser().get(f"/contacts/imports/{row.id}/report.csv")

    assert "What was not taken" in page
    lines = r.text.splitlines()
    assert lines[0] == "\ufeffLine,Reason,Content"
    assert lines[1].startswith("2,")
    assert ",\"'=1+1,no address" in lines[1]
    assert len(lines) == 3


def test_it_is_stopped_and_begun_again_by_buttons(alice):
    client, row = alice.browser(), uploaded(alice, HEAD + rows(3))
    where = f"/contacts/imports/{row.id}"
    client.post(where, data={"mapping": row.mapping, "has_header": "1", "do": "start"})

    assert "Stopped" in client.get(client.post(f"{where}/cancel").location).text
    assert "Being read" in client.get(client.post(f"{where}/again").location).text
    import_work.work(folder())
    assert "3 new" in client.get("/contacts/import").text


def test_a_draft_whose_file_is_gone_says_so(alice):
    row = uploaded(alice, HEAD + rows(3))
    (folder() / row.id.hex).unlink()

    r = alice.browser().get(f"/contacts/imports/{row.id}")

    assert r.status_code == 422
    assert str(importing.GONE) in r.text


def test_nobody_else_sees_it(alice, charlie):
    row = uploaded(alice, HEAD + rows(3))
    client = charlie.browser()

    for path in ("", "/progress", "/report.csv"):
        assert client.get(f"/contacts/imports/{row.id}{path}").status_code == 404
    for path in ("", "/cancel", "/again"):
        assert client.post(f"/contacts/imports/{row.id}{path}").status_code == 404
    assert "clients.csv" not in client.get("/contacts/import").text
