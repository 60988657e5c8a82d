"""How much of one reply is read into rows, and how much of one call a page shows.

Phonon's raw JSON is kept whole whatever these say: what is over a limit stands in it, is counted in
`Call.left_out`, and the page says so. No call that Phonon has sent so far comes near any of them;
they keep a strange reply from taking the memory of a worker or the time of a page.
"""

# ── Read: rows and values of one call ───────────────────────────────────────────────────────
READ_ATTEMPTS = 25_000
"""Attempts with a row of their own. With its row one takes up to 5 kB of a worker's memory."""
READ_VARIABLES = 1_000
"""Flow variables. They are one JSON value of the call, which a page reads whole."""
READ_UNKNOWN = 1_000
"""Unknown fields of the call and its attempts together. Lists in them take 20 times their text."""
READ_MESSAGES = 500
"""Text messages and e-mails. They are one JSON value of the call as well."""
READ_PARTS = 100
"""Legs of one attempt, and keys pressed in it: a call has two legs."""
READ_RECORDINGS = 10
"""Of one attempt: a call has one recording."""
READ_CHARACTERS = 8_000
"""Of one value: a flow variable, an unknown field as JSON, the text of a message. A longer one is
left out, never cut: half a value would be another one."""
READ_TOGETHER = 200_000
"""Characters of all variables of a call, of all unknown fields, and of all messages: a page reads
each of these whole."""
READ_ADDRESS = 2_000
"""Characters of the web address of a recording: browsers take no longer ones everywhere."""

# ── Read: one reply, before anything of it is known ─────────────────────────────────────────
READ_OBJECTS = READ_ATTEMPTS
"""JSON objects of a reply that is read at once; each may be an attempt."""
READ_WEIGHT = 100_000_000
"""Bytes that the values of a reply that is read at once may take, as `pull.weight` guesses them.
A heavier reply about several UUIDs is asked for again in halves; one about a single UUID is read
piece by piece."""

# ── Shown: a page of one call ───────────────────────────────────────────────────────────────
SHOWN_ATTEMPTS = 50
"""The last ones: people ask about the end of a call. A drawing of more is no drawing any more."""
SHOWN_CAUSES = 10
SHOWN_VARIABLES = 100
SHOWN_UNKNOWN = 50
SHOWN_MESSAGES = 50
SHOWN_RECORDINGS = 50
SHOWN_CHANGES = 100
"""Changes, and lines of them: a change of one attempt has up to 15."""
SHOWN_CHARACTERS = 300
"""Of one value. Masking takes up to 4 microseconds a character."""
SHOWN_RAW = 32_768
"""Characters of raw JSON on the page, in all its parts; a part that does not fit is left to the
download. Far under 256 kB, over which nothing may be indented."""
SHOWN_INDENTED = 131_072
"""Characters that indented JSON may come to; deeper JSON stands as it came."""

# ── Shown: the row of a call in a list ──────────────────────────────────────────────────────
ROW_ATTEMPTS = 50
"""Attempts that are read to say in a row what happened; a page has 50 rows."""
ROW_OUTCOMES = 200
"""Outcomes that are read to draw the marks of a row."""
ROW_CHANGES = 20
"""The newest changes that are read for a row, which shows three lines."""

# ── The download of raw JSON ────────────────────────────────────────────────────────────────
MASKED_RAW = 131_072
"""Characters in which telephone numbers are looked for; beyond them every digit is hidden."""
RAW_PIECE = 500_000
"""Characters that are read from the database at once."""
