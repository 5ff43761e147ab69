"""The figures of the annual report; its tables, its prose and its truth are all made from them."""

import random
from dataclasses import dataclass
from datetime import date

COMPANY = "Harrow Vale Water"
TITLE = "Annual Network and Water Quality Report"
YEAR = 2024
PUBLISHED = date(2025, 5, 28)
CHIEF_EXECUTIVE = "Imogen Farrar"


@dataclass(frozen=True)
class Zone:
    code: str
    name: str
    population: int
    samples: int
    failures: int

    @property
    def compliance(self) -> float:
        """Per cent of samples that met the standard."""
        return round(100 * (1 - self.failures / self.samples), 2)


def _zones() -> list[Zone]:
    names = [
        "Abbots Ling",
        "Alderbeck",
        "Ashwell Cross",
        "Barrow End",
        "Beckford",
        "Birchover",
        "Blackmere",
        "Bramhope Rise",
        "Brindle",
        "Calverley",
        "Castle Hythe",
        "Cold Aston",
        "Coombe Hill",
        "Copley",
        "Dallow",
        "Denby Heath",
        "Eastmoor",
        "Elmstead",
        "Farndale",
        "Foxholes",
        "Garth Green",
        "Great Hallow",
        "Greyfriars",
        "Harrow Vale North",
        "Harrow Vale South",
        "Hazelwick",
        "Holme Park",
        "Ingleby",
        "Kettlestone",
        "Kirkham",
        "Langrigg",
        "Little Hallow",
        "Lowmoor",
        "Marsh Barton",
        "Millbeck",
        "Netherfield",
        "Oakshott",
        "Penhurst",
        "Quarry Bank",
        "Ravensworth",
        "Saltersgate",
        "Stony Ford",
        "Thornaby Hill",
        "Upper Dene",
        "Wansford",
        "Westerleigh",
        "Winterbourne",
        "Yarrow Bridge",
    ]
    rng = random.Random(YEAR)
    zones = []
    for number, name in enumerate(names):
        population = rng.randrange(1_150, 27_900, 10)
        samples = 60 + population // 95
        failures = rng.choices((0, 1, 2, 3), (70, 20, 7, 3))[0]
        zones.append(Zone(f"HV{101 + number}", name, population, samples, failures))
    return zones


ZONES = _zones()
POPULATION = sum(zone.population for zone in ZONES)
SAMPLES = sum(zone.samples for zone in ZONES)
FAILURES = sum(zone.failures for zone in ZONES)
COMPLIANCE = round(100 * (1 - FAILURES / SAMPLES), 2)

# Megalitres lost a day, by year.
LEAKAGE = {2018: 41.8, 2019: 40.9, 2020: 39.2, 2021: 38.6, 2022: 37.9, 2023: 35.1, 2024: 32.7}
LEAKAGE_TARGET = 31.0

ASSETS = [
    ("Reservoirs", 7, 7),
    ("Treatment works", 11, 12),
    ("Service reservoirs and towers", 64, 64),
    ("Pumping stations", 138, 136),
    ("Trunk mains (km)", 812, 809),
    ("Distribution mains (km)", 6_947, 6_921),
    ("Metered connections", 188_406, 181_225),
]

# Programme: budget, spent, both in millions of pounds; state at the end of the year.
PROGRAMMES = [
    ("Mains renewal", 18.4, 17.9, "On schedule"),
    ("Smart meters", 12.0, 12.6, "Ahead of schedule"),
    ("Blackmere treatment works", 22.5, 19.8, "Delayed by five months"),
    ("Lead pipe replacement", 4.2, 4.1, "On schedule"),
    ("Pumping efficiency", 3.6, 3.3, "Completed"),
    ("Flood resilience", 5.1, 4.4, "On schedule"),
]
INVESTED = round(sum(spent for _, _, spent, _ in PROGRAMMES), 1)
BUDGETED = round(sum(budget for _, budget, _, _ in PROGRAMMES), 1)

# Millions of pounds: this year, the year before.
REVENUE = (148.6, 142.3)
COSTS = [
    ("Employment costs", -38.9, -37.2),
    ("Energy", -17.4, -19.8),
    ("Chemicals and materials", -9.6, -9.1),
    ("Contractors", -14.2, -13.5),
    ("Depreciation", -29.7, -28.6),
]
INTEREST = (-13.1, -12.4)
TAX = (-5.9, -5.0)
OPERATING_PROFIT = (
    round(REVENUE[0] + sum(now for _, now, _ in COSTS), 1),
    round(REVENUE[1] + sum(before for _, _, before in COSTS), 1),
)
BEFORE_TAX = (round(OPERATING_PROFIT[0] + INTEREST[0], 1), round(OPERATING_PROFIT[1] + INTEREST[1], 1))
PROFIT = (round(BEFORE_TAX[0] + TAX[0], 1), round(BEFORE_TAX[1] + TAX[1], 1))

# Staff by division: this year, the year before.
STAFF = [
    ("Operations", 412, 405),
    ("Networks and field service", 327, 318),
    ("Customer service", 146, 151),
    ("Engineering and projects", 118, 104),
    ("Science and laboratories", 52, 50),
    ("Support functions", 79, 81),
]
EMPLOYEES = sum(now for _, now, _ in STAFF)
EMPLOYEES_BEFORE = sum(before for _, _, before in STAFF)

# Why samples failed.
CAUSES = {"Iron": 0.36, "Coliforms": 0.27, "Lead": 0.18, "Turbidity": 0.12}


def causes() -> dict[str, int]:
    """Failed samples by cause; what the named causes leave is other."""
    counts = {cause: round(FAILURES * share) for cause, share in CAUSES.items()}
    return {**counts, "Other": FAILURES - sum(counts.values())}
