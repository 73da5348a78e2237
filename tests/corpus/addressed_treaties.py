"""Three treaties of our own writing that number everything in the ways treaties do."""

from __future__ import annotations

from tests.corpus.written_treaties import document

_HARBOURS = """Convention on the Care of Harbours

The Parties to this Convention,

Recalling that nights at sea are long,

Noting the good work of the keepers,

Convinced that a lit harbour is a safe harbour,

Desiring to share the cost of oil,

Have agreed as follows:

PART I
LIGHT

SECTION 1
LANTERNS

Article 1
Lanterns
1. Each Party keeps a lantern in every harbour.
2. A lantern is lit:
(a) at dusk, and in fog:
(i) with oil;
(ii) with wax;
(b) when a bell rings.

Article 2
Bells
Each Party keeps a bell.

Article 2 bis
Whistles
Each Party keeps a whistle.

SECTION 2
KEEPERS

Article 3
Keepers
A keeper sleeps by day.

A keeper wakes at dusk.

A keeper counts the ships.

PART II
WATER

SECTION 1
TIDES

Article 4
Tides
1. The tide is measured daily.
2. The measure is written down.

Article 5
Ice
1. Ice is broken by noon.
2. Ice is not sold.

Article 5A
Snow
Snow is swept.

Article 6
Signature
This Convention is open for signature.

Done at Lanternport, on the first day of spring.

ANNEX I
LIST OF HARBOURS

1. Lanternport.
2. Greyhaven.

ANNEX II
FORMS OF LOGS

PART A
ARRIVALS

1. The name of the ship.
2. The hour of its arrival.

PART B
DEPARTURES

1. The name of the pilot.
2. The draught of the ship.

ANNEX III
STATUTE OF THE COUNCIL

Article 1
Seat
The Council sits at Lanternport.

Article 2
Members
1. Each Party sends a member.
2. A member serves two years.

Article 3
Votes
Each member has one vote.
"""
_TIDES = """Agreement on Tides

Article I
Scope
1. This Agreement applies to tides.
2. It does not apply to rivers.

Article II
Measures
A measure is taken:
(a) at noon;
(b) at midnight.

Article III
Records
Records are kept for a year.

Article IV
Exceptions
Nothing prevents a Party from:
(a) closing a gauge;
(b) moving it.

SCHEDULE 1
GAUGES

1. A gauge is of brass.
2. It is read from above.

SCHEDULE 2
FEES

1. A reading is free.
2. A copy costs a penny.

APPENDIX 1
MAPS

1. The north shore.
2. The south shore.
"""
_LAMPS = """Partnership on Lamps

Chapter 1
General

Article 1.1
Aims
The Parties share lamps.

Article 1.2
Terms
1. A lamp is a light.
2. A lantern is a lamp.

Chapter 2
Trade

Article 2.1
Duties
No duty is levied on lamps.

Article 2.2
Wicks
(a) Wicks are free.
(b) Oil is not.

Article 2.10
Glass
Glass is shared.
"""

HARBOURS = document(_HARBOURS, id="harbours", title="Convention on the Care of Harbours")
"""Recitals, parts and sections, an inserted article of each kind, unnumbered paragraphs, three kinds of annex."""
TIDES = document(_TIDES, id="tides", title="Agreement on Tides")
"""Roman articles, points right below them, schedules and an appendix."""
LAMPS = document(_LAMPS, id="lamps", title="Partnership on Lamps")
"""Decimal articles in chapters."""
