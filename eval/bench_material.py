"""What the benchmark adds and asks: a treaty and forty questions, both our own.

The questions go the whole way of a search. None names an article by its number, because such a question is
looked up without the models and would flatter the times. Some have no answer in the library: those are read
to the end too.
"""

from __future__ import annotations

TREATY_NAME = "mountain-huts.md"
"""File name of the synthetic treaty."""

TREATY = """# Convention on the Care of Mountain Huts

## Article 1. Purpose

This Convention keeps mountain huts open, dry and safe for every walker, whatever valley the walker comes from.

## Article 2. Terms

For the purposes of this Convention:

(a) "hut" means a building above the tree line in which a walker may sleep;

(b) "warden" means the person to whom a Party entrusts a hut;

(c) "winter room" means the part of a hut that stays unlocked when the warden is away.

## Article 3. Register of huts

1. Each Party shall keep a register of its huts, with the height of each and the number of its beds.

2. The register shall be sent to the Alpine Bureau in the first month of every third year.

## Article 4. Wardens

1. A warden shall know the paths within half a day's walk of the hut.

2. A warden who has found the stove unsafe shall close the hut on the same day and say so on its door.

## Article 5. Winter rooms

Each Party shall see to it that a winter room has blankets for four, dry wood for two nights and a shovel.

## Article 6. Water

Water drawn for a hut shall be tested each spring, and the result shall hang beside the tap.

## Article 7. Fees

1. A Party may ask a fee for a night's stay. The fee shall be the same for walkers of every Party.

2. No fee shall be asked of a person who has come in from a storm.

## Article 8. Rescue

1. A warden who hears a call for help shall tell the nearest rescue post without delay.

2. The Parties shall let each other's rescue teams and their dogs cross the ridge without formalities.

## Article 9. Lost property

Things left in a hut shall be kept for ninety days and then given to the school of the nearest village.

## Article 10. Lamps and bells

Where fog is common, a hut shall have a lamp that is lit at dusk and a bell that is rung on the hour.

## Article 11. Waste

What is carried up shall be carried down. A Party shall not permit the burning of waste at a hut.

## Article 12. Building anew

1. A hut destroyed by snow shall not be built again on the same spot unless two surveyors agree.

2. The cost of building anew shall be shared by the Parties whose paths lead to the hut.

## Article 13. Marmots and other animals

Walkers shall not feed animals near a hut. A Party may make an exception for the mules that carry its stores.

## Article 14. Exchange of weather reports

Each Party shall pass its mountain weather report to the others twice a day, free of charge.

## Article 15. Alpine Bureau

1. An Alpine Bureau is established. It has one member for each Party and meets at a different hut each summer.

2. The Bureau decides by two thirds of the members present. A member who could not climb to the hut may vote by
letter.

## Article 16. Inspection

The Bureau may have a hut inspected once in five years. The inspector shall give seven days' notice.

## Article 17. Disputes

A dispute about a path or a hut shall be settled by talks; if they fail within six months, by the Bureau.

## Article 18. Reservations

A Party may make a reservation to the article on fees and to no other. It may withdraw it at any time.

## Article 19. Entry into force

This Convention enters into force on the first day of June after five States have ratified it.

## Article 20. Withdrawal

A Party may withdraw by a letter to the Bureau. The withdrawal takes effect when the snow of the second winter
after the letter has melted, and not later than the last day of that June.
"""

QUESTIONS = (
    "Can a country leave a treaty that says nothing about leaving?",
    "When does a treaty stop being valid because someone was threatened?",
    "Who may sign a treaty on behalf of a state?",
    "What happens to earlier treaties when the same countries make a new one on the same subject?",
    "May a state refuse to follow a treaty by pointing to its own laws?",
    "How are mistakes in the text of a treaty put right?",
    "Does a treaty bind countries that never joined it?",
    "Is a country allowed to defend itself when it is attacked?",
    "How many judges sit on the world court?",
    "What can the Security Council do short of using armed force?",
    "Who pays for the running of the United Nations?",
    "How is the Secretary-General chosen?",
    "Can a member be thrown out of the organisation?",
    "May a person be held in prison for not paying a debt?",
    "Do people in court have a right to an interpreter?",
    "Which rights can never be set aside, even in an emergency?",
    "Can children be sentenced to death?",
    "Is propaganda for war forbidden?",
    "What must states do about bribery of foreign officials?",
    "How is stolen public money given back to the country it came from?",
    "Are people who report corruption protected from revenge?",
    "Can a company be punished for taking part in a crime?",
    "When may a state refuse to hand over a suspect?",
    "What counts as an organised criminal group?",
    "How should witnesses be kept safe from intimidation?",
    "May police read traffic data as it is sent?",
    "How long must stored computer data be preserved on request?",
    "Is breaking into a computer a crime even if nothing is taken?",
    "Does a country have to have a contact point that answers day and night?",
    "Is spreading racist material over computers an offence?",
    "How far from the coast does the territorial sea reach?",
    "Can a warship be boarded on the high seas?",
    "Who owns the minerals on the deep ocean floor?",
    "What must a captain do when people are in danger of being lost at sea?",
    "How is the catch of fish that swim between zones to be shared?",
    "When must the effect of an activity on the ocean environment be assessed?",
    "How are benefits from marine genetic resources shared?",
    "Are landlocked states allowed to reach the sea through their neighbours?",
    "What wage is a lighthouse keeper to be paid?",
    "Which football club has won most matches?",
)
"""Asked in this order."""
