from pathlib import Path

import pytest

from reminder_app.config import ConfigError, load

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 48,
    "PUBLIC_URL": "https://remind.example.org",
    "REDIS_URL": "redis://cache:6379/0",
    "SMTP_HOST": "smtp.example.org",
    "DATABASE_URL": "mysql://app:pw@db/app",
}


@pytest.fixture
def instance(tmp_path: Path) -> dict[str, str]:
    return {"INSTANCE_PATH": str(tmp_path / "instance")}


def test_nothing_set_is_a_working_development_with_an_embedded_database(instance):
    settings = load(instance)

    assert settings.is_development
    assert settings.database_url == f"sqlite:///{instance['INSTANCE_PATH']}/reminder.db"
    assert settings.direct_url == settings.database_url
    assert settings.public_url == "http://localhost:8000"


def test_a_development_secret_is_made_once_and_kept_private(instance):
    first, second = load(instance).secret_key, load(instance).secret_key

    assert first == second
    assert len(first) >= 32
    assert (Path(instance["INSTANCE_PATH"]) / "secret_key").stat().st_mode & 0o077 == 0


def test_every_mistake_is_told_at_once(instance):
    with pytest.raises(ConfigError) as error:
        load({**instance, "PORT": "eighty", "LOG_LEVEL": "loud", "SMTP_PORT": "99999"})

    for name in ("PORT", "LOG_LEVEL", "SMTP_PORT"):
        assert f"{name}:" in str(error.value)


@pytest.mark.parametrize("name", ["SMTP_USER", "SMTP_PASSWORD"])
def test_what_smtp_cannot_sign_in_with_is_refused_and_not_told(instance, name):
    with pytest.raises(ConfigError, match=f"{name}: must be plain ASCII") as error:
        load({**instance, name: "pässword"})

    assert "ssword" not in str(error.value)


@pytest.mark.parametrize("secret", ["", "short", "testing-only-" * 4])
def test_production_refuses_a_default_or_short_secret(instance, secret):
    with pytest.raises(ConfigError) as error:
        load({**instance, **PRODUCTION, "SECRET_KEY": secret[:51]})

    assert "SECRET_KEY" in str(error.value)
    assert not secret or secret not in str(error.value)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "REDIS_URL", "SMTP_HOST"])
def test_production_guesses_no_address(instance, name):
    with pytest.raises(ConfigError, match=name):
        load({**instance, **PRODUCTION, name: ""})


def test_production_has_its_own_defaults(instance):
    settings = load({**instance, **PRODUCTION})

    assert (settings.db_pool_size, settings.db_max_overflow) == (10, 20)
    assert settings.smtp_security == "starttls"
    assert not settings.sign_up_open
    assert settings.is_secure
    assert settings.database_url == "mysql+pymysql://app:pw@db/app"


def test_a_secret_may_come_from_a_file(instance, tmp_path):
    (tmp_path / "key").write_text("s" * 40 + "\n")

    assert load({**instance, "SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "s" * 40


def test_so_may_the_address_of_the_account_that_only_looks(instance, tmp_path):
    (tmp_path / "url").write_text("mysql://monitor:pw@db/app\n")

    settings = load({**instance, "MONITOR_URL_FILE": str(tmp_path / "url")})

    assert settings.monitor_url == "mysql+pymysql://monitor:pw@db/app"


def test_an_unreadable_secret_file_says_which(instance, tmp_path):
    with pytest.raises(ConfigError, match="SECRET_KEY_FILE"):
        load({**instance, "SECRET_KEY_FILE": str(tmp_path / "none")})


def test_the_database_may_be_given_in_parts_with_any_password(instance):
    parts = {"DB_HOST": "db", "DB_NAME": "app", "DB_USER": "me", "DB_PASSWORD": "p@ss/w:rd"}

    assert load({**instance, **parts}).database_url == (
        "mysql+pymysql://me:p%40ss%2Fw%3Ard@db:3306/app"
    )


def test_the_sender_must_have_an_address(instance):
    with pytest.raises(ConfigError, match="MAIL_FROM"):
        load({**instance, "MAIL_FROM": "Reminders"})


def test_an_unknown_environment_is_named(instance):
    with pytest.raises(ConfigError, match="APP_ENV"):
        load({**instance, "APP_ENV": "prod"})
