"""Invented names and phrases: streets, offence titles, methods."""

from __future__ import annotations

STREET_FIRST = [
    "Amber", "Bellows", "Bramble", "Candle", "Clover", "Cobble", "Copper", "Cygnet",
    "Damson", "Fennel", "Ferrier", "Flint", "Gannet", "Hazel", "Juniper", "Kestrel",
    "Lantern", "Larch", "Madder", "Mallow", "Marl", "Medlar", "Osier", "Paddle",
    "Pewter", "Plover", "Quince", "Rushlight", "Saddler", "Sorrel", "Spindle", "Tansy",
    "Teasel", "Thimble", "Trellis", "Turnstone", "Vetch", "Wicker", "Withy", "Yarrow",
]  # fmt: skip
STREET_LAST = ["Row", "Lane", "Street", "Close", "Walk", "Rise", "Yard", "Drive", "Garth", "Terrace"]

# the force's own offence titles: kind -> (title, code, share); the codes only look like codes
TITLES: dict[str, tuple[tuple[str, str, float], ...]] = {
    "residential burglary": (
        ("Burglary - Residential - Home", "28E", 0.74),
        ("Attempted Burglary - Residential - Home", "28F", 0.16),
        ("Burglary - Residential - Unconnected Building", "28G", 0.10),
    ),
    "business burglary": (
        ("Burglary - Business and Community", "30C", 0.8),
        ("Attempted Burglary - Business and Community", "30D", 0.2),
    ),
    "violence with injury": (
        ("Assault occasioning actual bodily harm", "8N", 0.88),
        ("Malicious wounding", "8F", 0.08),
        ("Wounding with intent", "5D", 0.04),
    ),
    "violence without injury": (
        ("Common assault", "105A", 0.62),
        ("Harassment", "8L", 0.24),
        ("Threats to kill", "3B", 0.06),
        ("Assault on an emergency worker", "104", 0.08),
    ),
    "sexual offence": (
        ("Sexual assault", "20A", 0.55),
        ("Rape", "19C", 0.3),
        ("Other sexual offence", "88A", 0.15),
    ),
    "robbery": (("Robbery of personal property", "34B", 0.86), ("Robbery of business property", "34A", 0.14)),
    "vehicle crime": (
        ("Theft from motor vehicle", "45", 0.52),
        ("Theft of motor vehicle", "48", 0.26),
        ("Vehicle interference", "126", 0.2),
        ("Aggravated vehicle taking", "37/2", 0.02),
    ),
    "theft": (
        ("Other theft", "49", 0.68),
        ("Theft of pedal cycle", "44", 0.2),
        ("Theft from the person", "39", 0.12),
    ),
    "shoplifting": (("Theft from shop", "46", 1.0),),
    "criminal damage": (
        ("Criminal damage to vehicle", "58C", 0.45),
        ("Criminal damage to dwelling", "58A", 0.3),
        ("Other criminal damage", "58D", 0.25),
    ),
    "drug trafficking": (
        ("Possession with intent to supply class A", "92A", 0.55),
        ("Supply of controlled drug", "92B", 0.3),
        ("Cultivation of cannabis", "92D", 0.15),
    ),
    "drug possession": (("Possession of cannabis", "92E", 0.7), ("Possession of controlled drug", "92F", 0.3)),
    "public order": (
        ("Public fear, alarm or distress", "9A", 0.8),
        ("Affray", "66", 0.12),
        ("Racially or religiously aggravated public fear", "9B", 0.08),
    ),
    "weapon possession": (
        ("Possession of article with blade or point", "10D", 0.75),
        ("Possession of offensive weapon", "10C", 0.25),
    ),
    "arson": (("Arson not endangering life", "56B", 0.85), ("Arson endangering life", "56A", 0.15)),
}

# how it was done, three slots a kind; "rear door" is one way among several
METHODS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "residential burglary": (
        ("Front door forced", "Insecure window", "Rear door forced", "Key in lock", "Glass broken", "Insecure door"),
        ("bedrooms searched", "ground floor searched", "untidy search", "no search", "hall only"),
        ("cash taken", "jewellery taken", "electrical goods taken", "car keys taken", "nothing taken"),
    ),
    "business burglary": (
        ("Roof entered", "Shutter forced", "Rear window broken", "Fence cut"),
        ("office searched", "till area searched", "store searched"),
        ("tools taken", "cash taken", "stock taken", "metal taken"),
    ),
    "violence with injury": (
        ("Punched", "Kicked", "Struck with bottle", "Pushed to floor"),
        ("after argument", "without warning", "by known person", "by group"),
        ("cuts", "bruising", "swelling", "minor fracture"),
    ),
    "violence without injury": (
        ("Pushed", "Slapped", "Threatened", "Repeated messages", 'Said "you will see"'),
        ("after argument", "by known person", "by former partner", "by neighbour"),
        ("no injury", "distress caused"),
    ),
    "sexual offence": (("Details restricted",), ("see record",), ("specialist team informed",)),
    "robbery": (
        ("Surrounded", "Pushed", "Threatened", 'Told "phone and wallet"'),
        ("by two persons", "by one person", "by group"),
        ("phone taken", "cash taken", "bag taken"),
    ),
    "vehicle crime": (
        ("Window broken", "Insecure vehicle", "No sign of entry", "Lock damaged", "Door handles tried"),
        ("on street", "on drive", "in car park"),
        ("tools taken", "vehicle taken", "number plates taken", "nothing taken", "bag taken"),
    ),
    "theft": (
        ("Left unattended", "Taken from porch", "Lock cut", "Taken from pocket"),
        ("in public place", "at venue", "at home", "on transport"),
        ("parcel taken", "cycle taken", "phone taken", "purse taken"),
    ),
    "shoplifting": (
        ("Selected goods", "Filled bag", "Concealed goods"),
        ("left without paying", "passed tills", "ran from store"),
        ("food", "alcohol", "cosmetics", "clothing", "coffee"),
    ),
    "criminal damage": (
        ("Window broken", "Paintwork scratched", "Tyre cut", "Door kicked", "Fence damaged"),
        ("overnight", "by youths", "after dispute", "unseen"),
        ("no suspect seen", "suspect named"),
    ),
    "drug trafficking": (
        ("Seen exchanging packages", "Stopped and searched", "Warrant executed", "Plants found"),
        ("wraps recovered", "cash and phones recovered", "growing equipment found"),
        ("arrest made", "enquiries continue"),
    ),
    "drug possession": (
        ("Stopped and searched", "Found in custody search", "Smell of cannabis"),
        ("small bag recovered", "one wrap recovered"),
        ("community resolution", "enquiries continue"),
    ),
    "public order": (
        ("Shouting and swearing", "Fighting in street", "Threatening gestures"),
        ("in public place", "outside venue", "at neighbours"),
        ("dispersed", "suspect named", "no injury"),
    ),
    "weapon possession": (
        ("Stopped and searched", "Seen with item", "Found in bag"),
        ("kitchen knife", "lock knife", "metal bar"),
        ("item seized", "arrest made"),
    ),
    "arson": (
        ("Bin set alight", "Vehicle set alight", "Paper lit at door"),
        ("overnight", "by youths", "unseen"),
        ("fire out on arrival", "fire service attended"),
    ),
}
OUTCOMES = ("Charged", "Caution", "Community resolution")
UNDETECTED = ("No suspect identified", "Evidential difficulties", "Victim does not support", "")
