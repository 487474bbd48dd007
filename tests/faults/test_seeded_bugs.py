"""The drill's own test: ten mistakes, put into the product one at a time, are found. `bin/drill --bugs` does more."""

import pytest

from drill.bug_run import is_shown, played
from drill.bugs import BUGS, load
from drill.scenes import PLOTS
from drill.world import DrilledWorker, running
from reminder_app.app import create_app
from reminder_app.config import load as settings_of

SEED = 1


@pytest.fixture(scope="module")
def servers():
    with running(SEED, worker_kind=DrilledWorker, workers=0) as world:
        yield world


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.bug.replace(" ", "_"))
def test_a_seeded_bug_is_found(servers, plot):
    result = played(servers, plot, SEED, plot.bug)

    assert is_shown(plot, result), result.as_dict()


def test_there_are_ten_bugs_and_each_has_what_shows_it():
    assert [plot.bug for plot in PLOTS] == list(BUGS)
    assert len(BUGS) == 10


@pytest.mark.parametrize("app_env", ["testing", "development"])
def test_a_bug_does_not_load_outside_a_drill(tmp_path, app_env):
    app = create_app(settings_of({"APP_ENV": app_env, "INSTANCE_PATH": str(tmp_path)}))

    with pytest.raises(RuntimeError, match="APP_ENV=chaos alone"):
        load(app, "no fence", False)
