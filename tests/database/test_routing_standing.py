"""A replica goes out quickly and comes back slowly."""

import pytest

from reminder_app.database.routing.standing import Standing


@pytest.fixture
def standing():
    one = Standing(max_lag=5)
    one.saw(0.1)
    assert one.is_fit
    return one


def see(standing, *lags):
    for lag in lags:
        standing.saw(lag)
    return standing.is_fit


def test_nobody_reads_from_one_that_was_not_looked_at():
    assert not Standing(max_lag=5).is_fit


def test_the_first_look_decides():
    assert not see(Standing(max_lag=5), 60)
    assert see(Standing(max_lag=5), 4)


def test_one_slow_moment_is_forgiven_and_two_are_not(standing):
    assert see(standing, 6, 1, 6)
    assert not see(standing, 6)
    assert "behind by more than 5 s" in standing.reason


def test_it_comes_back_when_it_has_caught_up_three_times_in_a_row(standing):
    see(standing, 6, 6)

    assert not see(standing, 2, 2)
    assert not see(
        standing, 4
    )  # under the limit, and not by half: it may be over again in a moment
    assert not see(standing, 2, 2)
    assert see(standing, 2)


def test_one_that_fails_is_out_at_once_and_comes_back_after_three_answers(standing):
    standing.failed("connection refused")

    assert not standing.is_fit
    assert not standing.is_reachable
    assert not see(standing, 0, 0)
    assert see(standing, 0)


def test_a_lag_that_nobody_can_tell_is_not_held_against_it(standing):
    assert see(standing, None, None, None)


def test_one_that_was_behind_stays_out_while_nobody_can_tell_for_long_enough(standing):
    see(standing, 9, 9)

    assert not see(standing, None, None)
