"""What an account that messages go out through is called: `kind` is the site's, `kind.<hex>` a workspace's."""

EMAIL = "email"  # by the SMTP settings; every site has it


def kind_of(account: str) -> str:
    """Its channel."""
    return account.partition(".")[0]


def is_of_site(account: str) -> bool:
    return "." not in account
