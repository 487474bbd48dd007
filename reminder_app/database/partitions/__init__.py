from reminder_app.database.partitions.part import init_app, the_partitions
from reminder_app.database.partitions.tables import Partitioned

__all__ = ["Partitioned", "init_app", "the_partitions"]
