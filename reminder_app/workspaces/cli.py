from flask.cli import AppGroup

accounts = AppGroup("accounts", help="People and their tokens.")
