"""The prose of the annual report, a list of paragraphs per section."""

from samples.drawing.report_data import (
    BUDGETED,
    COMPANY,
    COMPLIANCE,
    EMPLOYEES,
    EMPLOYEES_BEFORE,
    FAILURES,
    INVESTED,
    LEAKAGE,
    LEAKAGE_TARGET,
    OPERATING_PROFIT,
    POPULATION,
    REVENUE,
    SAMPLES,
    YEAR,
    ZONES,
)

ABOUT = (
    f"This report describes how {COMPANY} looked after its network and the quality of its water in the twelve months "
    f"to 31 December {YEAR}. It is written for customers, for the councils of the valley and for the regulator. "
    "Figures for earlier years are restated where the method of measurement has changed."
)

STATEMENT = [
    f"A dry spring, a wet autumn and the coldest December in eleven years made {YEAR} a year that tested every part of "
    f"our network. I am glad to report that the {POPULATION:,} people who depend on it were supplied without a single "
    "restriction on use, and that the water they drank was the best we have recorded.",
    f"Of {SAMPLES:,} samples taken at customers' taps, all but {FAILURES} met every standard. That is a compliance of "
    f"{COMPLIANCE:.2f}%. Behind each of those {FAILURES} failures stands a household that deserved better, and each "
    "was investigated, explained to the people concerned and put right.",
    f"We lost less water on its way. Leakage fell to {LEAKAGE[YEAR]} megalitres a day, from {LEAKAGE[YEAR - 1]} the "
    "year before, because we found leaks sooner and because we replaced the mains that burst most often. We are still "
    f"short of the target of {LEAKAGE_TARGET:.1f} megalitres that we set ourselves, and we say in this report how we "
    "mean to reach it.",
    f"We invested £{INVESTED} million. The new works at Blackmere is five months late after contaminated ground was "
    "found under the filter hall. It will be in service next winter; until then the old works has been given new "
    "membranes and an extra shift.",
    f"Revenue rose to £{REVENUE[0]} million and operating profit to £{OPERATING_PROFIT[0]} million, helped by lower "
    "energy prices. The board has decided to put the whole of the increase into the renewal of lead pipes.",
    "None of this happens without the people who go out at three in the morning to a burst main. To them, and to the "
    "customers who were patient while we dug up their street, my thanks.",
]

NETWORK = [
    "Water is taken from seven upland reservoirs and four boreholes, treated at eleven works and carried through "
    "trunk mains to service reservoirs on the hills above the towns. From there it flows by gravity to nine customers "
    "in ten; the rest are pumped.",
    "The oldest mains still in use were laid in 1894. About a third of the network is cast iron, which is strong but "
    "breaks when the ground moves; the share falls by one point a year as it is replaced with polyethylene. Pipes are "
    "chosen for renewal by a model of bursts, age, soil and the number of people who would be without water.",
    "During the year the small works at Cold Aston was closed and its zone connected to Ravensworth. Two pumping "
    "stations were added to keep up the pressure at Upper Dene and Quarry Bank, where new houses have been built "
    "above the old contour of supply.",
    "The control room sees the pressure at 2,140 points every fifteen minutes. An alarm is raised when a zone uses "
    "more water at night than its houses can explain, which is how most leaks are now found. A second control room at "
    "Kirkham can take over within ten minutes, and did so twice in exercises.",
    "Interruptions of more than three hours affected 4,318 properties, fewer than in any year since records began. "
    "The longest, at Saltersgate in January, lasted nineteen hours; bottled water was brought to every door.",
]

QUALITY = [
    f"The supply area is divided into {len(ZONES)} zones, none of more than thirty thousand people. In each, samples "
    "are taken at taps chosen at random, on days that the laboratory does not announce. They are tested for fifty-one "
    "parameters, from bacteria and metals to pesticides and taste.",
    f"In {YEAR} the laboratory examined {SAMPLES:,} samples, of which {FAILURES} failed in one parameter. No sample "
    "failed in more than one. The results of every zone are given in the table on the following pages.",
    "Iron remains the most frequent cause. It comes from old cast iron mains and colours the water without harm to "
    "health. We flushed 640 kilometres of main to remove deposits, and lined another 38.",
    "Coliform bacteria were found in a few samples, in most cases on the tap itself: repeated samples from the same "
    "property and its neighbours were clear. Where a service reservoir was the likely source, it was taken out of use, "
    "cleaned and inspected within forty-eight hours.",
    "Lead is not present in the water that leaves our works. It is dissolved from pipes inside older properties. We "
    "add phosphate to reduce this, and replace our part of a lead service pipe free of charge whenever the owner "
    "replaces theirs.",
    "Customers called us 1,906 times about the look, taste or smell of their water, eight in a hundred fewer than the "
    "year before.",
]

SAMPLING = [
    "A sampler draws the water that stands in the pipe first, for metals, and then lets the tap run for two minutes, "
    "disinfects it with a flame and fills sterile bottles for bacteria. The bottles travel in the dark at four degrees "
    "and reach the laboratory on the same day.",
    "A result that misses a standard is reported to the regulator within the hour. The property is visited again the "
    "next day, together with two neighbours and the service reservoir that feeds them, and the cause is written down "
    "even where the second sample is clear. Results of each zone may be asked for by telephone or found by postcode on "
    "our website.",
]

LEAKING = [
    f"Leakage is the water that enters the network and reaches nobody. In {YEAR} it was {LEAKAGE[YEAR]} megalitres a "
    f"day, about an eighth of what we treat, and {LEAKAGE[YEAR - 1] - LEAKAGE[YEAR]:.1f} megalitres a day less than "
    "the year before.",
    "Three things made the difference. Acoustic loggers, which listen to the mains at night, were fitted to a further "
    "2,300 hydrants. Smart meters showed us continuous flow at nine thousand properties, where a pipe was leaking "
    "between the boundary and the house. And repair teams now work at weekends, so that a leak found on a Friday no "
    "longer runs until Monday.",
    "The median time from finding a visible leak to repairing it fell from six days to three. We repaired 5,870 leaks "
    "on mains and 3,412 on customers' pipes, the latter free of charge in the first instance.",
    f"The target for next year is {LEAKAGE_TARGET:.1f} megalitres a day. To reach it we shall reduce the pressure at "
    "night in a further nineteen zones, which stops small leaks from growing, and renew 62 kilometres of the mains "
    "that burst most often.",
]

INVESTMENT = [
    f"We spent £{INVESTED} million on new and renewed assets, against a budget of £{BUDGETED} million. The difference "
    "is almost entirely due to Blackmere, where work on the filter hall stopped for five months.",
    "Mains renewal is the largest programme that never ends. This year it replaced 54 kilometres, mostly in "
    "Greyfriars, Lowmoor and Castle Hythe, and trials began of a method that bursts the old pipe and draws in the new "
    "one without a trench.",
    "Smart meters went ahead of plan because a second contractor was taken on in March. At the end of the year six "
    "connections in ten had one; customers who have one use on average seven litres a person a day less.",
    "Pumping efficiency was completed. Forty-one pumps were replaced, and the electricity used to move a megalitre of "
    "water fell by nine per cent. Flood resilience has reached the third of its five sites: the treatment works at "
    "Stony Ford now stands behind a wall a metre higher than the flood of 2007.",
]

PEOPLE = [
    f"At the end of the year we employed {EMPLOYEES:,} people, against {EMPLOYEES_BEFORE:,} a year before. Engineering "
    "grew most, because work once given to consultants is now done by our own staff. Thirty-one apprentices joined us, "
    "the largest intake so far.",
    "There were nine accidents that led to absence, four fewer than in the year before. None was life-changing. Most "
    "happened while lifting covers, and every team has since been given a magnetic lifter.",
    "The pay of women was on average 3.8% below that of men, measured by the median. The gap has halved in five years; "
    "it persists because fewer women work in night and standby shifts, which are better paid.",
    "Our land is home to much that is rare. On the moor above Langrigg we blocked 11 kilometres of drainage ditches, "
    "so that peat holds water again, and the river below it runs clearer after rain. Otters were seen at Millbeck for "
    "the first time since 1978.",
    "Electricity from our own turbines and panels covered 27% of what we used. The fleet has 140 electric vans, and "
    "the last diesel van is to leave it in four years.",
]

GLOSSARY = [
    ("Compliance", "The share of samples that met every legal standard, in per cent."),
    ("Distribution main", "A pipe that brings water from a trunk main to the streets of a zone."),
    ("Leakage", "Water that is put into supply and lost before it reaches a customer, in megalitres a day."),
    ("Megalitre", "One million litres, or 1,000 cubic metres."),
    ("Phosphate dosing", "Adding a small amount of phosphate so that lead does not dissolve from old pipes."),
    ("Service pipe", "The pipe between the main in the street and the property."),
    ("Service reservoir", "A covered tank of treated water, usually on a hill, that evens out demand over the day."),
    ("Supply zone", "An area of at most 30,000 people whose water comes from the same source."),
    ("Turbidity", "Cloudiness caused by fine particles, measured by the light that they scatter."),
    ("Trunk main", "A large pipe between a treatment works and service reservoirs."),
]
