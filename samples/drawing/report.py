"""An annual report of twelve pages: a PDF with a text layer, columns, tables and charts."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import BalancedColumns, BaseDocTemplate, NextPageTemplate, PageBreak, Paragraph, Spacer

from samples import schema
from samples.drawing import report_data as data
from samples.drawing import report_text as text
from samples.drawing.page import dated
from samples.drawing.report_style import (
    BODY,
    GUTTER,
    H1,
    H2,
    NOTE,
    PLAIN,
    WIDTH,
    bar_chart,
    layouts,
    line_chart,
    ruled,
    unruled,
)
from samples.sample import Sample

SCHEMA = schema.record(
    "Annual report",
    "The yearly report of a water company.",
    {
        "company": schema.text("Company", "Name of the company that reports."),
        "title": schema.text("Title", "Title of the report, without the year."),
        "year": schema.integer("Year", "The year that is reported on."),
        "publication_date": schema.date("Publication date", "Day on which the report was published."),
        "population_served": schema.integer("Population served", "People supplied, in all zones together."),
        "compliance_percent": schema.number("Compliance", "Share of all samples that met the standards, in per cent."),
        "leakage": schema.number("Leakage", "Water lost in the year reported on, in megalitres a day."),
        "capital_investment": schema.number(
            "Capital investment", "Spent on assets in the year, in millions of pounds."
        ),
        "revenue": schema.number("Revenue", "Revenue of the year, in millions of pounds."),
        "operating_profit": schema.number("Operating profit", "Operating profit of the year, in millions of pounds."),
        "employees": schema.integer("Employees", "People employed at the end of the year."),
        "zones": schema.rows(
            "Supply zones",
            "The table of results by supply zone, a row each, over all its pages, without the total.",
            {
                "code": schema.text("Code", "The zone's code."),
                "name": schema.text("Name", "The zone's name."),
                "population": schema.integer("Population", "People in the zone."),
                "samples": schema.integer("Samples", "Samples taken in the zone."),
                "failures": schema.integer("Failures", "Samples that did not meet a standard."),
                "compliance_percent": schema.number(
                    "Compliance", "Share of samples that met the standards, in per cent."
                ),
            },
        ),
    },
)

Story = list[Any]


def report() -> Sample:
    pdf = _pdf()
    return Sample("report.pdf", SCHEMA, _fields(), pdf, pdf)


def _fields() -> dict[str, object]:
    return {
        "company": data.COMPANY,
        "title": data.TITLE,
        "year": data.YEAR,
        "publication_date": data.PUBLISHED.isoformat(),
        "population_served": data.POPULATION,
        "compliance_percent": data.COMPLIANCE,
        "leakage": data.LEAKAGE[data.YEAR],
        "capital_investment": data.INVESTED,
        "revenue": data.REVENUE[0],
        "operating_profit": data.OPERATING_PROFIT[0],
        "employees": data.EMPLOYEES,
        "zones": [
            {
                "code": zone.code,
                "name": zone.name,
                "population": zone.population,
                "samples": zone.samples,
                "failures": zone.failures,
                "compliance_percent": zone.compliance,
            }
            for zone in data.ZONES
        ],
    }


def _pdf() -> bytes:
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=A4, title=f"{data.TITLE} {data.YEAR}", author=data.COMPANY, invariant=1)
    document.addPageTemplates(layouts())
    with dated(data.PUBLISHED):
        document.build(
            [
                *_front(),
                *_statement(),
                *_network(),
                *_quality(),
                *_zones(),
                *_leakage(),
                *_investment(),
                *_finances(),
                *_people(),
                *_glossary(),
            ]
        )
    return file.getvalue()


def _front() -> Story:
    contents = [
        ("Chief executive's statement", 3),
        ("The network", 4),
        ("Water quality", 5),
        ("Results by supply zone", 6),
        ("Leakage", 8),
        ("Investment", 9),
        ("Financial summary", 10),
        ("People and environment", 11),
        ("Glossary and contact", 12),
    ]
    glance = [
        ["", str(data.YEAR)],
        ["Population served", f"{data.POPULATION:,}"],
        ["Compliance of samples (%)", f"{data.COMPLIANCE:.2f}"],
        ["Leakage (megalitres a day)", f"{data.LEAKAGE[data.YEAR]}"],
        ["Capital investment (£ million)", f"{data.INVESTED}"],
        ["Revenue (£ million)", f"{data.REVENUE[0]}"],
        ["Operating profit (£ million)", f"{data.OPERATING_PROFIT[0]}"],
        ["Employees", f"{data.EMPLOYEES:,}"],
    ]
    dots = [[title, " ." * 46, page] for title, page in contents]
    return [
        NextPageTemplate("inside"),
        PageBreak(),
        Paragraph("Contents", H1),
        unruled([["Section", "", "Page"], *dots], [190, WIDTH - 230, 40]),
        Spacer(0, 18),
        Paragraph("About this report", H2),
        Paragraph(text.ABOUT, BODY),
        Spacer(0, 10),
        Paragraph("The year at a glance", H2),
        ruled(glance, [250, 110]),
    ]


def _page(title: str, paragraphs: list[str], lower: Story) -> Story:
    """A page of two columns with something wide underneath."""
    columns = BalancedColumns([Paragraph(paragraph, BODY) for paragraph in paragraphs], nCols=2, innerPadding=GUTTER)
    return [PageBreak(), Paragraph(title, H1), columns, Spacer(0, 10), *lower]


def _statement() -> Story:
    rows = [
        ["Year", *map(str, data.LEAKAGE)],
        ["Leakage (megalitres a day)", *map(str, data.LEAKAGE.values())],
    ]
    signed = Paragraph(f"<b>{data.CHIEF_EXECUTIVE}</b><br/>Chief Executive", PLAIN)
    return _page(
        "Chief executive's statement",
        text.STATEMENT,
        [signed, Spacer(0, 8), Paragraph("Seven years of leakage", H2), ruled(rows, [151, *[48] * 7])],
    )


def _network() -> Story:
    rows = [["Assets at 31 December", str(data.YEAR), str(data.YEAR - 1)]]
    rows += [[name, f"{now:,}", f"{before:,}"] for name, now, before in data.ASSETS]
    return _page("The network", text.NETWORK, [Paragraph("Assets in service", H2), ruled(rows, [230, 90, 90])])


def _quality() -> Story:
    chart = bar_chart(data.causes(), "Failed samples")
    note = Paragraph(f"Figure 1. Why {data.FAILURES} of {data.SAMPLES:,} samples failed in {data.YEAR}.", NOTE)
    return _page("Water quality", text.QUALITY, [Paragraph("Causes of failure", H2), chart, note])


def _zones() -> Story:
    rows = [["Code", "Supply zone", "Population", "Samples", "Failures", "Compliance (%)"]]
    rows += [
        [
            zone.code,
            zone.name,
            f"{zone.population:,}",
            f"{zone.samples}",
            f"{zone.failures}",
            f"{zone.compliance:.2f}",
        ]
        for zone in data.ZONES
    ]
    rows += [
        ["", "All zones", f"{data.POPULATION:,}", f"{data.SAMPLES:,}", f"{data.FAILURES}", f"{data.COMPLIANCE:.2f}"]
    ]
    return [
        PageBreak(),
        Paragraph("Results by supply zone", H1),
        Paragraph("Samples at customers' taps; a sample fails if it misses one standard or more.", PLAIN),
        ruled(rows, [52, 165, 72, 62, 58, 78], total=True),
        Paragraph("Populations are estimates of the councils at mid-year, rounded to ten.", NOTE),
        Paragraph("How samples are taken", H2),
        *(Paragraph(paragraph, BODY) for paragraph in text.SAMPLING),
    ]


def _leakage() -> Story:
    chart = line_chart(data.LEAKAGE, 45, data.LEAKAGE_TARGET, "Megalitres a day")
    note = Paragraph(f"Figure 2. Leakage by year; the broken line is the target of {data.LEAKAGE_TARGET:.1f}.", NOTE)
    return _page("Leakage", text.LEAKING, [Paragraph("Leakage and target", H2), chart, note])


def _investment() -> Story:
    rows = [["Programme", "Budget", "Spent", "State at the end of the year"]]
    rows += [[name, f"{budget:.1f}", f"{spent:.1f}", state] for name, budget, spent, state in data.PROGRAMMES]
    rows += [["Total", f"{data.BUDGETED:.1f}", f"{data.INVESTED:.1f}", ""]]
    table = unruled(rows, [190, 70, 70, 157], bold=[len(rows) - 1])
    note = Paragraph("In millions of pounds, without value added tax.", NOTE)
    return _page("Investment", text.INVESTMENT, [Paragraph("Capital programmes", H2), table, note])


def _finances() -> Story:
    rows = [
        ["£ million", str(data.YEAR), str(data.YEAR - 1)],
        ["Revenue", *map(_figure, data.REVENUE)],
        *([name, _figure(now), _figure(before)] for name, now, before in data.COSTS),
        ["Operating profit", *map(_figure, data.OPERATING_PROFIT)],
        ["Net interest", *map(_figure, data.INTEREST)],
        ["Profit before tax", *map(_figure, data.BEFORE_TAX)],
        ["Tax", *map(_figure, data.TAX)],
        ["Profit for the year", *map(_figure, data.PROFIT)],
    ]
    subtotals = [row for row, cells in enumerate(rows) if "rofit" in cells[0]]
    revenue = (
        f"Revenue grew by {100 * (data.REVENUE[0] / data.REVENUE[1] - 1):.1f}%, of which 2.9 points came from the "
    )
    return [
        PageBreak(),
        Paragraph("Financial summary", H1),
        Paragraph(f"Income statement for the year to 31 December {data.YEAR}", H2),
        unruled(rows, [270, 90, 90], bold=subtotals),
        Spacer(0, 14),
        Paragraph("Notes to the summary", H2),
        Paragraph(
            revenue
            + "rise in tariffs that the regulator allowed and the rest from new connections. Bills rose by £11 for "
            "an average household. Costs in brackets are deducted.",
            BODY,
        ),
        Paragraph(
            "Energy cost less because half of our demand was bought ahead at the prices of the previous spring and "
            "because our own generation grew. Employment costs rose with the number of staff and a pay award of 3.4%.",
            BODY,
        ),
        Paragraph(
            "The summary is taken from the audited accounts, on which the auditors gave an unqualified opinion. The "
            "full accounts may be had from the company secretary free of charge.",
            BODY,
        ),
    ]


def _figure(amount: float) -> str:
    return f"({-amount:.1f})" if amount < 0 else f"{amount:.1f}"


def _people() -> Story:
    rows = [["Division", f"Staff {data.YEAR}", f"Staff {data.YEAR - 1}"]]
    rows += [[name, str(now), str(before)] for name, now, before in data.STAFF]
    rows += [["Total", f"{data.EMPLOYEES:,}", f"{data.EMPLOYEES_BEFORE:,}"]]
    table = ruled(rows, [230, 90, 90], total=True)
    return _page("People and environment", text.PEOPLE, [Paragraph("Staff by division", H2), table])


def _glossary() -> Story:
    terms = [Paragraph(f"<b>{term}</b> - {meaning}", PLAIN) for term, meaning in text.GLOSSARY]
    contact = (
        f"{data.COMPANY}<br/>Weir House, 1 Mill Causeway, Harrow Vale HV1 2WW<br/>Telephone 01632 960 600, day and "
        "night for bursts and leaks<br/>enquiries@harrowvalewater.example.com"
    )
    return [
        PageBreak(),
        Paragraph("Glossary", H1),
        *terms,
        Spacer(0, 16),
        Paragraph("Contact", H1),
        Paragraph(contact, PLAIN),
    ]
