from flask.cli import AppGroup

delivery = AppGroup("delivery", help="The ledger.")
