"""What the faults need of jobs and quarters, as a person starts them and as the database holds them."""

import re
import time

from tests.faults.editors import Person
from tests.faults.stack import Stack, numbers_of

ROWS = 3000
FORM = "multipart/form-data; boundary=faults"
OPEN = "SELECT count(*) FROM core_job WHERE state IN ('queued', 'running')"


def start_import(person: Person, name: str, rows: int = ROWS) -> int:
    """Bring a file of new customers and press the button; returns the number of the job."""
    lines = "\n".join(f"{name} {number}" for number in range(rows))
    fields = {"kind": "customers", "preset": ""}
    parts = [
        f'--faults\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    file = f'--faults\r\nContent-Disposition: form-data; name="file"; filename="{name}.csv"\r\n\r\nname\n{lines}\n\r\n'
    answer = person.ask(
        "POST", "/imports/", "".join([*parts, file, "--faults--\r\n"]).encode(), **{"Content-Type": FORM}
    )
    found = re.search(r"/imports/(\d+)/", answer.location)
    if found is None:
        raise RuntimeError(f"the file was not taken: {answer.status} {answer.body[:300]!r}")
    number = int(found[1])
    person.post(f"/imports/{number}/columns/", **{"column-0": "name", "source": "faults", "day_order": "auto"})
    person.post(f"/imports/{number}/apply/")
    return number


def imported(stack: Stack, name: str) -> int:
    """How many customers of this file are there."""
    return stack.rows("SELECT count(*) FROM customers_customer WHERE name LIKE %s", (f"{name} %",))[0][0]


def state(stack: Stack, job: int) -> str:
    return stack.rows("SELECT state FROM core_job WHERE id = %s", (job,))[0][0]


def wait_for_state(stack: Stack, job: int, *wanted: str, seconds: float) -> str:
    """The state of the job once it is one of these, or after that time."""
    until = time.monotonic() + seconds
    while (found := state(stack, job)) not in wanted and time.monotonic() < until:
        time.sleep(0.05)
    return found


def closed(stack: Stack) -> list[str]:
    return numbers_of(stack.rows("SELECT quarter FROM references_closing ORDER BY quarter"))


def closed_events(stack: Stack) -> int:
    return stack.rows("SELECT count(*) FROM core_auditevent WHERE event = 'quarter.closed'")[0][0]


def deserted(stack: Stack) -> int:
    """Greens whose contact has left and that have not decayed yet."""
    return stack.rows(
        "SELECT count(*) FROM references_cell cell JOIN references_evidence evidence ON evidence.id = cell.evidence_id"
        " JOIN customers_contact contact ON contact.id = evidence.contact_id"
        " WHERE cell.status = 'green' AND contact.left_on IS NOT NULL"
    )[0][0]


def send_contacts_away(stack: Stack, *, part: int, of: int) -> int:
    """Let the contacts of a part of the customers leave, past the program; how many Greens will decay."""
    stack.rows(
        "UPDATE customers_contact SET left_on = CURRENT_DATE WHERE customer_id %% %s = %s AND customer_id > 25"
        if stack.name == "production"
        else "UPDATE customers_contact SET left_on = CURRENT_DATE WHERE customer_id % %s = %s AND customer_id > 25",
        (of, part),
    )
    return deserted(stack)
