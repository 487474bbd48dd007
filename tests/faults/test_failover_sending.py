"""While one primary dies and another takes its place, what is due is sent, each message once."""

from sqlalchemy.exc import OperationalError

from tests.faults.product import running
from tests.servers.replicated import Replicated

KIND = "mysql"  # as in production
MANY = 400


def are_all_sent(product):
    try:
        return product.states() == {"sent": MANY}
    except OperationalError:  # this process looks for the new writer as well
        return False


def test_a_failover_in_the_middle_of_sending_loses_and_doubles_nothing(tmp_path):
    with Replicated(KIND) as servers:
        environ = {
            "DATABASE_URL": servers.url,
            "DATABASE_WRITER_HOSTS": ",".join(servers.addresses),
            "MAIL_RATE": "60/s",  # slow enough to be in the middle of it
        }
        with running(tmp_path, **environ) as product:
            product.worker(concurrency=2)
            product.beat()
            product.due(MANY, seconds=3)
            assert product.wait_until(lambda: product.mail.count > 60, 60)

            servers.primary.kill()
            product.wait_until(lambda: False, 2)
            before = product.mail.count
            servers.fail_over()

            assert before < MANY
            assert product.wait_until(lambda: are_all_sent(product), 60)
            assert product.mail.count == MANY
            assert set(product.mail.message_ids().values()) == {1}
            assert product.is_balanced()
