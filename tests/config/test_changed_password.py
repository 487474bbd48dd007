"""A secret's file is changed while the product runs: it is read again, as a whole URL or in parts."""

import pytest

from reminder_app.app import url_again

PARTS = {"DB_HOST": "db.example.org", "DB_NAME": "app", "DB_USER": "me"}
URL = "mysql://me:{}@db.example.org:3306/app"


@pytest.mark.parametrize("setting", ["DATABASE_URL_FILE", "DB_PASSWORD_FILE"])
def test_the_file_is_read_at_each_question(tmp_path, monkeypatch, setting):
    secret = tmp_path / "secret"
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("APP_ENV", "testing")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(setting, str(secret))
    for name, value in PARTS.items() if setting.startswith("DB_") else ():
        monkeypatch.setenv(name, value)

    found = []
    for password in ("old", "new"):
        secret.write_text(password if setting.startswith("DB_") else URL.format(password))
        found.append(url_again())

    assert found == [
        f"mysql+pymysql://me:{word}@db.example.org:3306/app" for word in ("old", "new")
    ]
