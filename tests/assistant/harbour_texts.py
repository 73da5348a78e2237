"""Two small treaties and a guide of our own writing, as Markdown files a user might bring."""

from __future__ import annotations

HARBOURS = """---
id: harbours
title: Convention on the Care of Harbours
kind: treaty
---

# Convention on the Care of Harbours

The Parties to this Convention,

Recalling that nights at sea are long,

Have agreed as follows:

## PART I

## LIGHT

### Article 1

### Use of terms

For the purposes of this Convention:

(a) “beacon” means a fixed light that marks the entrance of a harbour;

(b) “keeper” means a person whom a Party has charged with the care of a beacon.

### Article 2

### Duty to light

1. Each Party shall keep every beacon on its coast burning from sunset to sunrise.

2. When a beacon fails, the keeper shall:

(a) warn approaching ships by ringing the harbour bell;

(b) report the failure to the harbour master within one hour;

(c) enter the cause of the failure in the log.

### Article 3

### Costs

The costs of a beacon are borne by the Party on whose coast it stands.

## PART II

## FINAL PROVISIONS

### Article 4

### Settlement of disputes

1. Parties shall first try to settle a dispute by negotiation.

2. If negotiation fails within six months, either Party may submit the dispute to arbitration.

### Article 5

### Entry into force

This Convention enters into force on the thirtieth day after the deposit of the tenth instrument of ratification.

### Article 6

### Reservations

No reservation may be made to Article 2.

Done at Lanternport, on the first day of spring.
"""

PILOTS = """---
id: pilots
title: Agreement on Sea Pilots
kind: treaty
---

# Agreement on Sea Pilots

### Article 1

### Licences

A pilot shall hold a licence issued by the Party whose waters the pilot serves.

### Article 2

### Age of pilots

No person younger than twenty-one years may be licensed as a pilot.

### Article 3

### Fees

A ship pays the pilot a fee according to its tonnage.

### Article 4

### Withdrawal

A Party may withdraw from this Agreement by written notice; the withdrawal takes effect one year after the notice.
"""

GUIDE = """---
id: harbour-guide
title: How the harbours convention works
kind: guide
---

# How the harbours convention works

## What keepers write down

*On: Convention on the Care of Harbours, art. 2.*

Keepers use blue ink for failures and black ink for arrivals, so that a reader finds failures at a glance.
"""
