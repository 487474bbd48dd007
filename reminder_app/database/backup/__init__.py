"""Backups that are only believed once a restore has shown them: made, sealed, checked, restored.

making       a backup: a consistent dump or copy, sealed, with a manifest of what is in it
logs         the server's log of changes, kept beside the backups: up to any second
restoring    into an empty database, or up to a moment
trial        a restore into a throw-away server, whose time is the recovery time
rotation     which backups stay
"""
