"""Text files that no spreadsheet program would write, by name; most of them are small, some as large as is let in."""

import random

MIB = 2**20
HEADER = b"Name,Website,Logo,Reference call\n"


def texts(*, whole: bool) -> dict[str, bytes]:
    """The files; `whole` makes the large ones as large as the limits allow, else a tenth of it."""
    large = 24 * MIB if whole else 2 * MIB
    many = 1_000_000 if whole else 100_000
    return _encodings() | _signs() | _shapes(large, many) | _others(large)


def _encodings() -> dict[str, bytes]:
    rows = "Name,Website\nMüller & Söhne,mueller.de\nCafé,café.fr\n"
    return {
        "utf16_without_mark.csv": rows.encode("utf-16-le"),
        "utf16_cut_in_the_middle.csv": rows.encode("utf-16")[:-1],
        "utf16_lone_surrogate.csv": b"\xff\xfeN\x00\n\x00\x00\xd8x\x00",
        "utf32.csv": rows.encode("utf-32"),
        "utf7.csv": rows.encode("utf-7"),
        "cesu8.csv": b"Name,Website\nSmile \xed\xa0\xbd\xed\xb8\x80,a.com\n",
        "lone_surrogate_in_utf8.csv": b"Name,Website\n\xed\xa0\x80,a.com\n",
        "overlong_utf8.csv": b"Name,Website\n\xc0\xaf\xe0\x80\xaf,a.com\n",
        "mark_in_the_middle.csv": "Name,Website\nAcme,\ufeffa.com\n\ufeffBluth,b.com\n".encode(),
        "two_encodings.csv": rows.encode() + rows.encode("cp1252"),
        "gb18030.csv": "名称,网站\n北京公司,a.cn\n".encode("gb18030"),
        "ebcdic.csv": rows.replace("ü", "u").replace("ö", "o").replace("é", "e").encode("cp037"),
        "every_byte.csv": HEADER + bytes(range(256)) + b",a.com\n",
    }


def _signs() -> dict[str, bytes]:
    formulas = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://evil.example")', "'=1")
    quoted = "".join(f'"{text.replace(chr(34), chr(34) * 2)}",a.com,G,R\n' for text in formulas)
    return {
        "empty.csv": b"",
        "nothing_but_nul.csv": b"\0" * 5000,
        "nul_in_a_cell.csv": HEADER + b"Ac\0me,a.com,G,R\n",
        "control_characters.csv": HEADER + bytes(range(1, 9)) + b"Acme\x1b[31m\x7f\x0b,a.com,G,R\n",
        "right_to_left.csv": HEADER + "\u202egnp.exe\u2066,a.com,G,R\n\u200bAcme\u200d,b.com,R,\n".encode(),
        "beyond_the_first_plane.csv": HEADER + "😀👩‍👩‍👧 \U0010fffe\ufdd0,a.com,G,R\n".encode(),
        "combining.csv": HEADER + ("A" + "\u0301" * 20_000 + ",a.com,G,R\n").encode(),
        "line_ends_of_unicode.csv": HEADER + "Ac\x85me\u2028Inc\u2029,a.com,G,R\n".encode(),
        "formulas.csv": HEADER + quoted.encode(),
        "script.csv": HEADER + b'"<script>alert(1)</script>",javascript:alert(1),G,R\n',
        "format_strings.csv": b"%s%n,{0.__class__},%(a)s,{{ 7*7 }}\n%s,%d,G,R\n",
    }


def _shapes(large: int, many: int) -> dict[str, bytes]:
    return {
        "cell_of_10_mb.csv": HEADER + b"x" * (10 * MIB) + b",a.com,G,R\n",
        "quotation_mark_never_closed.csv": HEADER + b'"' + b"x,y\n" * (large // 4),
        "nothing_but_quotation_marks.csv": b'"' * large,
        "nothing_but_separators.csv": b"," * large,
        "nothing_but_header_of_100000_columns.csv": ",".join(f"c{n}" for n in range(100_000)).encode() + b"\n",
        "row_of_100000_columns.csv": HEADER + b",".join([b"x"] * 100_000) + b"\nAcme,a.com,G,R\n",
        "row_longer_than_the_others.csv": HEADER + b"Acme,a.com,G,R,more,and more\nBluth,b.com,R,\n",
        "empty_lines.csv": HEADER + b"\n" * many + b"Acme,a.com,G,R\n",
        "only_empty_lines.csv": b"\r\n" * many,
        "blank_cells.csv": HEADER + b", , ,\n" * (many // 2),
        "many_rows.csv": HEADER + b"a,b.de,,\n" * (large // 9),
        "many_short_rows.csv": b"a\n" * (large // 2),
        "one_line.csv": b"a " * (large // 2),
        "carriage_returns.csv": b"\r" * large,
        "headers_all_the_same.csv": b",".join([b"Name"] * 850) + b"\nAcme\n",
        "header_of_long_words.csv": b",".join([b"N" * 30_000] * 20) + b"\nAcme\n",
        "separator_is_a_quotation_mark.csv": b'sep="\nName"Website\nAcme"a.com\n',
        "separator_is_a_line_end.csv": b"sep=\n\nName\nAcme\n",
        "separator_is_nul.csv": b"sep=\0\nName\0Website\nAcme\0a.com\n",
        "footers_without_end.csv": HEADER + b"Total,,,\n" * (many // 10),
    }


def _others(large: int) -> dict[str, bytes]:
    noise = random.Random(7)
    return {
        "page.csv": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        "entities.csv": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "picture.csv": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        "packed.csv": b"\x1f\x8b\x08" + noise.randbytes(500),
        "noise.csv": noise.randbytes(large // 8),
        "noise_of_text.csv": bytes(noise.choices(b"ab,;|\t\n\r\"' =0", k=large // 8)),
    }
