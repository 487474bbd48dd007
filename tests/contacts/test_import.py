import io

import pytest

from reminder_app.contacts import import_work, importing, service
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.database.audit.models import AuditEntry
from reminder_app.errors import Conflict, Invalid, NotFound
from tests.contacts.importing_files import HEAD, counts, folder, imported, rows, uploaded


@pytest.fixture(autouse=True)
def no_files(app):
    yield
    for path in folder().glob("*"):
        path.unlink()


def everybody(person):
    return db.session.query(Contact).filter_by(workspace_id=person.workspace_id).all()


def only(person):
    (contact,) = everybody(person)
    return contact


def reasons(person, row):
    return {one.line: one.reason for one in importing.failures(person.workspace_id, row.id).items}


def test_a_spreadsheet_becomes_contacts(alice):
    row = imported(alice, HEAD + "Ann Lee,ANN@example.org,+49 30 123456,client; vip\nBen,,,\n")

    assert (row.state, counts(row)) == ("done", (2, 0, 0, 0))
    ann = service.browse(alice.workspace_id, q="ann").items[0]
    assert (ann.email, ann.phone) == ("ann@example.org", "+49 30 123456")
    assert [tag.name for tag in ann.tags] == ["client", "vip"]
    assert not list(folder().iterdir())


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_it_was_saved(alice, encoding, said, delimiter, end):
    lines = [["Name", "E-Mail", "Straße"], ["Jörg Müller", "joerg@example.org", "Hauptstraße 1"]]
    text = end.join(delimiter.join(line) for line in lines) + end

    row = imported(alice, text.encode(encoding))

    assert (row.encoding, row.delimiter) == (said, delimiter)
    assert (only(alice).name, only(alice).postal_address) == ("Jörg Müller", "Hauptstraße 1")


def test_bytes_of_no_encoding_are_taken_as_western(alice):
    row = imported(alice, b"Name,Notiz\nJ\xf6rg,\x81 is nothing in Windows-1252\n")

    assert row.encoding == "latin-1"
    assert counts(row) == (0, 0, 0, 1)  # a control character


def test_a_quoted_line_end_is_no_end(alice):
    row = imported(alice, 'Name,Notes,Email\n"Lee, Ann","one\r\ntwo ""three""",ann@example.org\n')

    assert counts(row) == (1, 0, 0, 0)
    assert (only(alice).name, only(alice).notes) == ("Lee, Ann", 'one\ntwo "three"')


def test_without_headings_it_is_told_by_content(alice):
    row = uploaded(alice, "Ann,ann@example.org,+49 30 123456\nBen,ben@example.org,030 654321\n")

    assert not row.has_header
    assert row.mapping == ["name", "email", "phone"]


def test_unknown_columns_become_fields_of_ones_own(alice):
    imported(alice, "Vorname;Nachname;Firma;Kundennummer\nAnn;Lee;ACME;1042\n")

    assert only(alice).name == "Ann Lee"
    assert only(alice).attributes == {"Company": "ACME", "Kundennummer": "1042"}


@pytest.mark.parametrize(
    ("existing", "expected", "name", "phone"),
    [
        ("skip", (0, 0, 1, 0), "Ann", ""),
        ("update", (0, 1, 0, 0), "Ann", "+49 30 1234"),
        ("overwrite", (0, 1, 0, 0), "Ann Lee", "+49 30 1234"),
    ],
)
def test_those_who_are_here_already(alice, existing, expected, name, phone):
    service.create(alice.workspace_id, name="Ann", email="ann@example.org", tags=["vip"])

    row = imported(alice, HEAD + "Ann Lee,ann@example.org,+49 30 1234,client\n", existing=existing)

    assert counts(row) == expected
    assert (only(alice).name, only(alice).phone) == (name, phone)
    assert "vip" in [tag.name for tag in only(alice).tags]


def test_an_empty_cell_takes_nothing_away(alice):
    service.create(alice.workspace_id, name="Ann", email="ann@example.org", phone="030 123")

    imported(alice, HEAD + "Ann,ann@example.org,,\n", existing="overwrite")

    assert only(alice).phone == "030 123"


def test_once_more_changes_nothing(alice):
    text = HEAD + rows(30) + "Grandma,,030 12345,\nNobody,,,\n"
    imported(alice, text)

    assert counts(imported(alice, text)) == (0, 0, 32, 0)
    assert len(everybody(alice)) == 32


def test_twice_in_one_file_is_one_contact(alice):
    row = imported(alice, HEAD + "Ann,ann@example.org,,\nAnn Lee,ANN@example.org,030 123,\n")

    assert counts(row) == (1, 0, 1, 0)
    assert only(alice).name == "Ann"


def test_what_is_not_right_is_told_with_its_line(alice):
    text = (
        HEAD
        + 'Ann,no address,,\n"Ben,ben@example.org,,\nCara,cara@example.org,call me,\n\n'
        + f"{'x' * 121},,,\nDan,dan@example.org,,\n"
    )

    row = imported(alice, text)

    assert counts(row) == (1, 0, 0, 4)
    told = reasons(alice, row)
    assert list(told) == [2, 3, 4, 6]
    assert "no address" in told[2]
    assert "not closed" in told[3]
    assert "call me" in told[4]
    assert only(alice).name == "Dan"


def test_tags_for_all_of_them(alice):
    imported(alice, HEAD + rows(2), tags=["Imported"])

    assert all("imported" in [tag.name for tag in one.tags] for one in everybody(alice))


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\x00\x01\x02\x03" * 50])
def test_what_is_no_list_is_refused_and_not_kept(alice, content):
    with pytest.raises(Invalid) as refused:
        uploaded(alice, content)

    assert "file" in refused.value.fields
    assert not list(folder().iterdir())


def test_a_name_of_a_file_is_no_path(alice):
    row = importing.upload(
        alice.workspace_id, alice.id, "../../etc/pass\nwd.csv", open_text(HEAD + rows(1)), folder()
    )

    assert row.file_name == "passwd.csv"
    assert (folder() / row.id.hex).exists()


def open_text(text):
    return io.BytesIO(text.encode())


def test_it_needs_a_name(alice):
    row = uploaded(alice, HEAD + rows(1))
    importing.choose(alice.workspace_id, row.id, mapping=["-", "-", "phone", "tags"])

    with pytest.raises(Invalid) as refused:
        importing.start(alice.workspace_id, row.id, folder())

    assert "mapping" in refused.value.fields


def test_a_cancelled_one_stays_where_it_was_and_can_go_on(alice, monkeypatch):
    monkeypatch.setattr(import_work, "CHUNK", 10)
    row = uploaded(alice, HEAD + rows(35))
    importing.start(alice.workspace_id, row.id, folder())
    assert import_work.work(folder(), seconds=0)
    importing.cancel(alice.workspace_id, row.id)

    assert not import_work.work(folder())
    assert len(everybody(alice)) == 10

    importing.start(alice.workspace_id, row.id, folder())
    assert not import_work.work(folder())
    assert len(everybody(alice)) == 35
    with pytest.raises(Conflict):
        importing.start(alice.workspace_id, row.id, folder())


def test_what_goes_wrong_on_our_side_is_told_and_can_go_on(alice, monkeypatch):
    monkeypatch.setattr(import_work, "CHUNK", 10)
    row = uploaded(alice, HEAD + rows(20))
    importing.start(alice.workspace_id, row.id, folder())
    import_work.work(folder(), seconds=0)
    with monkeypatch.context() as broken:
        broken.setattr(import_work, "take", lambda *_: 1 / 0)
        import_work.work(folder())
    row = importing.get(alice.workspace_id, row.id)
    assert (row.state, row.created_count) == ("failed", 10)
    assert "line 12" in row.reason

    importing.start(alice.workspace_id, row.id, folder())
    import_work.work(folder())
    assert len(everybody(alice)) == 20


def test_a_file_that_is_gone_is_told(alice):
    row = uploaded(alice, HEAD + rows(1))
    importing.start(alice.workspace_id, row.id, folder())
    (folder() / row.id.hex).unlink()

    assert not import_work.work(folder())

    assert importing.get(alice.workspace_id, row.id).reason == importing.GONE


def test_files_are_forgotten_after_a_week_and_reports_after_a_season(alice, later):
    row = uploaded(alice, HEAD + rows(1))
    later(days=6)
    import_work.purge(folder())
    assert list(folder().iterdir())
    later(days=2)
    import_work.purge(folder())
    assert not list(folder().iterdir())
    assert importing.get(alice.workspace_id, row.id)
    later(days=90)
    import_work.purge(folder())
    with pytest.raises(NotFound):
        importing.get(alice.workspace_id, row.id)


def test_no_more_than_so_many(alice, monkeypatch):
    monkeypatch.setattr(import_work, "CHUNK", 10)
    monkeypatch.setattr(import_work, "MOST_ROWS", 20)

    row = imported(alice, HEAD + rows(50))

    assert (row.state, row.created_count) == ("done", 20)
    assert "Only the first" in row.reason


def test_quotes_that_never_close_cost_a_line_each(alice):
    row = imported(alice, HEAD + '"open,x,y,z\n' * 300 + rows(1))

    assert counts(row) == (1, 0, 0, 300)


def test_who_imported_is_written_down(alice):
    imported(alice, HEAD + rows(1))

    entry = db.session.query(AuditEntry).filter_by(table_name="contacts").one()
    assert (entry.actor, entry.actor_key, entry.many) == ("Alice (import)", str(alice.id), 1)
