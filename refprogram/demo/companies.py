"""The customers of the demo: invented names, plausible attributes."""

from dataclasses import dataclass
from random import Random

SECOND_WORDS = {
    "Technology": ("Systems", "Cloud", "Networks", "Labs"),
    "Medical": ("Clinics", "Diagnostics", "Pharma", "Health"),
    "Retail": ("Markets", "Outfitters", "Stores", "Grocers"),
    "Software": ("Software", "Apps", "Analytics", "Logic"),
    "Finance": ("Bank", "Insurance", "Capital", "Payments"),
    "Manufacturing": ("Works", "Motors", "Industries", "Tools"),
    "Entertainment": ("Studios", "Media", "Games", "Pictures"),
    "Logistics": ("Freight", "Shipping", "Lines", "Parcel"),
}
FIRST_WORDS = (
    "Alder", "Ambry", "Arclight", "Ashdown", "Bellweather", "Birchfield", "Bluegate", "Brightwater", "Calder",
    "Castellan", "Cedarline", "Clearbrook", "Corvid", "Dalemoor", "Deepwell", "Dunmore", "Eastmark", "Elmstead",
    "Fairhaven", "Fernhill", "Firstlight", "Foxglove", "Gildern", "Glenrock", "Goldcrest", "Greenholm", "Halcyon",
    "Harrow", "Hazelton", "Highmoor", "Ironbridge", "Juniper", "Kestrel", "Kingsway", "Lakeside", "Larkfield",
    "Lindenhof", "Longford", "Marlow", "Meridian", "Millstone", "Northgate", "Oakhurst", "Orchard", "Osprey",
    "Parkside", "Pinecrest", "Quarry", "Redfern", "Ridgeway", "Rosewood", "Saltmarsh", "Silverlake", "Southwick",
    "Stonefield", "Summit", "Thornbury", "Tidewater", "Upland", "Vantage", "Wayland", "Westbrook", "Whitecliff",
    "Willowby", "Windmere", "Yarrow",
)  # fmt: skip
COUNTRIES = {
    "US West": ("United States",),
    "US East": ("United States", "Canada"),
    "EMEA": ("Germany", "France", "United Kingdom", "Sweden", "Spain"),
    "APAC": ("Japan", "Australia", "Singapore"),
}
SIZES = ("10-49", "50-249", "250-999", "1000-4999", "5000+")
PRODUCTS = ("Beacon", "Compass", "Ledger", "Relay")
USE_CASES = (
    "Fraud detection", "Order tracking", "Demand planning", "Customer onboarding", "Compliance checks", "Field service",
)  # fmt: skip
DEPLOYMENTS = ("Cloud", "On premises", "Hybrid")
PEOPLE_FIRST = (
    "Lucille", "Marcus", "Ines", "Peter", "Hana", "Oliver", "Yuki", "Carla", "Stefan", "Amara", "Dennis", "Julia",
    "Rahul", "Sofia", "Martin", "Claire", "Victor", "Emily", "Noah", "Greta",
)  # fmt: skip
PEOPLE_LAST = (
    "Hartmann", "Okafor", "Sato", "Lindgren", "Moreau", "Fischer", "Alvarez", "Doyle", "Kowalski", "Tanaka", "Bauer",
    "Singh", "Rossi", "Petersen", "Novotny", "Grant", "Ferreira", "Walsh", "Keller", "Marsh",
)  # fmt: skip
TITLES = ("Head of Operations", "CIO", "VP Finance", "IT Director", "Programme Lead", "COO", "Plant Manager")


@dataclass(frozen=True)
class Company:
    """One customer to be; `quarters_old` says in how many quarters before today it joined."""

    name: str
    industry: str
    region: str
    country: str
    size_band: str
    revenue: int
    is_well_known: bool
    products: tuple[str, ...]
    people: tuple[tuple[str, str], ...]

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "") + ".example"

    @property
    def attributes(self) -> dict[str, str]:
        """What most are asked: one in eight has not said yet what it uses us for. No dice: the name decides."""
        number = sum(map(ord, self.name))
        use_case = USE_CASES[number % len(USE_CASES)] if number % 8 else ""
        return {"use_case": use_case, "deployment": DEPLOYMENTS[number // 7 % len(DEPLOYMENTS)]}


def companies(dice: Random, *, count: int) -> list[Company]:
    """So many companies with names of their own, the same ones for the same dice."""
    names = [(first, industry, second) for industry, words in SECOND_WORDS.items() for second in words
             for first in FIRST_WORDS]  # fmt: skip
    dice.shuffle(names)
    chosen: dict[str, Company] = {}
    for first, industry, second in names:
        if len(chosen) == count:
            break
        if first not in chosen or len(chosen) >= len(FIRST_WORDS):
            chosen.setdefault(f"{first} {second}", _company(dice, f"{first} {second}", industry))
    return list(chosen.values())


def _company(dice: Random, name: str, industry: str) -> Company:
    region = dice.choices(list(COUNTRIES), weights=[3, 4, 5, 2])[0]
    size = dice.choices(SIZES, weights=[2, 4, 4, 3, 1])[0]
    people = dice.sample([f"{first} {last}" for first in PEOPLE_FIRST for last in PEOPLE_LAST], k=dice.randint(2, 4))
    return Company(
        name=name,
        industry=industry,
        region=region,
        country=dice.choice(COUNTRIES[region]),
        size_band=size,
        revenue=(SIZES.index(size) + 1) * dice.randint(8, 40) * 1000,
        is_well_known=size in SIZES[3:] and dice.random() < 0.5,
        products=tuple(sorted(dice.sample(PRODUCTS, k=dice.randint(1, 3)))),
        people=tuple((person, dice.choice(TITLES)) for person in people),
    )
