"""Who lives in the demo: a family and a small firm, with things worth being reminded of."""

from dataclasses import dataclass

DOMAIN = "demo.example.org"
OWNER = ("Robin Miller", f"demo@{DOMAIN}")
FAMILY = [("Kim Miller", f"kim@{DOMAIN}", "admin"), ("Noa Miller", f"noa@{DOMAIN}", "child")]
FIRM = [("Sasha Berg", f"sasha@{DOMAIN}", "member"), ("Ines Roth", f"ines@{DOMAIN}", "viewer")]

SENDER = (f"millers@{DOMAIN}", "The Millers")
MAIL_SERVER = {
    "name": "Our own domain",
    "smtp_host": f"smtp.{DOMAIN}",
    "from_address": f"millers@{DOMAIN}",
    "is_active": False,
}


@dataclass(frozen=True)
class Item:
    """`day` counts from today; `time` is the wall clock; `who` is "me" or a contact's name."""

    title: str
    day: int
    time: str
    rule: str | None = None
    notes: str = ""
    labels: tuple[str, ...] = ()
    priority: str = "normal"
    advance: tuple[int, ...] = ()
    who: tuple[str, ...] = ("me",)
    is_left_open: bool = False  # nobody has done the last one yet
    is_refused: bool = False  # the first message that is told of it


HOUR, DAY, WEEK = 60, 1440, 10_080

HOME = [
    Item("Pay the rent", -40, "09:00", "FREQ=MONTHLY", labels=("home", "money"), advance=(DAY,)),
    Item("Take out the bins", -20, "19:30", "FREQ=WEEKLY", labels=("home",), is_refused=True),
    Item("Water the plants", -9, "18:00", "FREQ=DAILY;INTERVAL=3", labels=("home",)),
    Item("Noa: swimming lesson", -13, "15:30", "FREQ=WEEKLY", labels=("noa",), advance=(HOUR,)),
    Item("Call Grandma", -7, "11:00", "FREQ=WEEKLY", notes="She likes to hear about school.",
         is_left_open=True),
    Item("Dentist, the whole family", 6, "10:15", labels=("health",), advance=(DAY, HOUR)),
    Item("Renew the passports", 24, "09:00", labels=("papers",), priority="high", advance=(WEEK,)),
    Item("Anna's birthday", 12, "08:00", "FREQ=YEARLY", labels=("birthdays",), advance=(WEEK,)),
    Item("Change the smoke alarm batteries", 40, "10:00", "FREQ=YEARLY", labels=("home",)),
    Item("Library books are due", 0, "17:00", notes="Three of them, on the shelf by the door."),
    Item("Vitamin D", -5, "08:15", "FREQ=DAILY", labels=("health",), priority="low"),
]  # fmt: skip

NEIGHBOURS = [
    ("Grandma", "grandma@home.example.org", "family"),
    ("Dr. Lee, dentist", "practice@lee.example.org", "health"),
    ("Sunrise School", "office@sunrise-school.example.org", "noa"),
]

CLIENTS = [
    ("Abel Carpentry", "office@abel-carpentry.example.org", "craft"),
    ("Bright Dental", "hello@bright-dental.example.org", "health"),
    ("Café Corner", "mail@cafe-corner.example.org", "food"),
    ("Dunes Travel", "desk@dunes-travel.example.org", "travel"),
    ("Elm Street Books", "shop@elm-street-books.example.org", "retail"),
    ("Fern & Daughter", "garden@fern-daughter.example.org", "craft"),
    ("Gilda Hair", "gilda@gilda-hair.example.org", "beauty"),
    ("Harbour Law", "clerk@harbour-law.example.org", "law"),
]

WORK = [
    Item("VAT return is due", -35, "09:00", "FREQ=MONTHLY;BYMONTHDAY=10", priority="high",
         labels=("tax",), advance=(WEEK, DAY), who=("Abel Carpentry", "Café Corner", "Bright Dental")),
    Item("Send last month's receipts", -30, "10:00", "FREQ=MONTHLY;BYMONTHDAY=-1",
         labels=("bookkeeping",), who=("Dunes Travel", "Elm Street Books", "Fern & Daughter")),
    Item("Invoice 2041: payment", 3, "09:00", labels=("payment",), who=("Harbour Law",)),
    Item("Payroll data for this month", -25, "14:00", "FREQ=MONTHLY;BYDAY=-1FR",
         labels=("payroll",), who=("Gilda Hair", "me")),
    Item("Quarterly review with Bright Dental", 9, "13:30", "FREQ=MONTHLY;INTERVAL=3",
         labels=("meetings",), advance=(DAY,)),
    Item("Back up the client folder", -12, "18:00", "FREQ=WEEKLY;BYDAY=FR", labels=("office",),
         is_left_open=True),
    Item("Team breakfast", 2, "08:30", "FREQ=WEEKLY;INTERVAL=2", labels=("office",), priority="low"),
]  # fmt: skip
