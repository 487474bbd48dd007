import pytest

from reminder_app.accounts import service as accounts
from tests.conftest import Person


@pytest.fixture
def operator(charlie: Person):
    accounts.make_superuser(charlie.email)
    return charlie.browser()
