"""How fast mail may go, as it stands in the settings."""

from fractions import Fraction

import pytest

from reminder_app.config import ConfigError, load
from reminder_app.config.rates import Rate


@pytest.fixture
def read(tmp_path):
    return lambda **given: load({"INSTANCE_PATH": str(tmp_path), **given})


def test_without_a_rate_there_is_no_limit(read):
    settings = read()

    assert settings.mail_rate is None
    assert settings.mail_domain_rates == {}
    assert settings.campaign_rate is None


@pytest.mark.parametrize(
    ("text", "interval", "burst"),
    [
        ("20/s", Fraction(1, 20), 21),
        ("600/m", Fraction(1, 10), 11),
        ("10000/h burst 50", Fraction(9, 25), 50),
        (" 5 / D  Burst 1 ", Fraction(17280), 1),
        ("1/h", Fraction(3600), 1),
    ],
)
def test_a_rate_has_an_interval_and_a_burst_of_a_second_unless_told(text, interval, burst):
    rate = Rate.of(text)

    assert (rate.interval, rate.burst) == (interval, burst)


def test_domains_have_rates_of_their_own(read):
    rates = read(
        MAIL_DOMAIN_RATES="Gmail.com=5/s, outlook.com=120/m burst 3 ,*=50/s"
    ).mail_domain_rates

    assert {domain: str(rate) for domain, rate in rates.items()} == {
        "gmail.com": "5 a second",
        "outlook.com": "120 a minute",
        "*": "50 a second",
    }
    assert rates["outlook.com"].burst == 3


def test_every_mistake_is_told_at_once(read):
    with pytest.raises(ConfigError) as error:
        read(MAIL_RATE="fast", MAIL_DOMAIN_RATES="gmail=5/s", CAMPAIGN_RATE="0/s", PORT="x")

    for name in ("MAIL_RATE", "MAIL_DOMAIN_RATES", "CAMPAIGN_RATE", "PORT"):
        assert f"{name}: must be" in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["0/s", "-1/s", "5", "5/w", "5/s burst", "5/s burst 0", "5/s burst -1", "1.5/s", "5/s 6/s"],
)
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match="must be a number"):
        Rate.of(text)


@pytest.mark.parametrize(
    "text", ["gmail.com", "gmail.com=", "=5/s", "a.b=1/s, a.b=2/s", "a b.c=1/s"]
)
def test_what_is_no_list_of_domains_is_refused(read, text):
    with pytest.raises(ConfigError, match="MAIL_DOMAIN_RATES"):
        read(MAIL_DOMAIN_RATES=text)
