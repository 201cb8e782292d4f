"""What people, programs and attackers put where a word, a number or a day is asked for."""

from datetime import date, timedelta

from hypothesis import strategies as st

# One of each nature; a random text meets hardly any of them by chance.
NATURES = (
    "", " ", "\t\r\n", "0", "-0", "-1", "1", "00012", "9" * 19, "9" * 400, "-" + "9" * 19, str(2**63), str(2**31),
    "1.5", "1,5", "1e5", "1e999", "-1e999", "1e-999", "NaN", "sNaN", "Infinity", "-Infinity", "0x10", "1_000", "٣",
    "²", "½", "१२", "true", "null", "None", "on", "new", "[]", "{}", "[[1,2]]", "[[1e999,1,1]]", '{"a":1}',
    "[" * 5_000, "2026-11-28", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "31.12.9999", "12/31/9999",
    "2026-Q4", "0001-Q1", "9999-Q4", "0000-Q1", "２０２６-Q4", "٢٠٢٦-11-28", "Europe/Berlin", "../../etc/passwd",
    "localtime", "", "en-xx", "'", '"', "' OR 1=1 --", "%", "%s", "%(name)s", "{0}", "{{ 7 }}", "{% load %}", "\\",
    "_%\\", "<script>alert(1)</script>", "javascript:alert(1)", "https://[", "http://[::1", "//evil.example",
    "https://example.com:99999/", "http://a" + ".b" * 300, "a@b", "a@example.com",
    "a@example.com\nBcc: b@example.com", "\x00", "a\x00b", "\x01\x1f\x7f", "\x85\u2028\u2029", "\ufeffx",
    "\u202eevil", "\u200b", "\ufffd", "\ufdd0", "\uffff", "\U0010ffff", "👩‍👩‍👧‍👦", "e" + "\u0301" * 500, "ﷺ", "İ",
    "ß", "ǅ", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "a" * 201, "ä" * 501, "x" * 40_000, "1,2,3", ",,,", ";",
    "a,b;c|d", "-1,-2",
)  # fmt: skip
NO_SURROGATES = st.characters(exclude_categories=["Cs"])

hostile = st.sampled_from(NATURES)
text = hostile | st.text(NO_SURROGATES, max_size=60) | st.text(st.sampled_from("0123456789.,-+eE:/ TZ%"), max_size=25)
lone_surrogate = st.sampled_from(["\ud800", "a\udfffb", "\udc80"])
day = st.dates() | st.sampled_from([date.min, date.max, date(1900, 2, 28), date(2024, 2, 29), date(2026, 11, 28)])
near_day = st.dates(date(2015, 1, 1), date(2035, 12, 31))
written_day = (day | near_day).map(date.isoformat)
number = st.integers(-(2**70), 2**70) | st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, 2**63])
name = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


def days_from(first: date, last: date):
    """Days with both ends, which chance hardly meets."""
    ends = st.sampled_from([first, last, first + timedelta(days=1), last - timedelta(days=1)])
    return st.dates(first, last) | ends
