"""The look of the annual report: page layouts, styles, tables and charts."""

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, PageTemplate, Table, TableStyle

from samples.drawing.page import day
from samples.drawing.report_data import COMPANY, PUBLISHED, TITLE, YEAR

BLUE, PALE, LINE = HexColor("#0b4f6c"), HexColor("#e7f0f4"), HexColor("#9fb6c1")
LEFT, RIGHT, BOTTOM, TOP = 54.0, A4[0] - 54, 64.0, A4[1] - 72
WIDTH = RIGHT - LEFT
GUTTER = 22.0

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=12, leading=16.2, spaceAfter=9, alignment=TA_JUSTIFY)
PLAIN = ParagraphStyle("plain", parent=BODY, alignment=0)
H1 = ParagraphStyle("h1", fontName="Helvetica-Bold", fontSize=19, leading=24, textColor=BLUE, spaceAfter=10)
H2 = ParagraphStyle(
    "h2", fontName="Helvetica-Bold", fontSize=12, leading=16, textColor=BLUE, spaceBefore=8, spaceAfter=6
)
NOTE = ParagraphStyle("note", fontName="Helvetica-Oblique", fontSize=8.5, leading=11, spaceBefore=6)


def layouts() -> list[PageTemplate]:
    """The cover, and every other page."""
    frame = Frame(LEFT, BOTTOM, WIDTH, TOP - BOTTOM, 0, 0, 0, 0, id="page")
    return [PageTemplate("cover", [frame], onPage=_cover), PageTemplate("inside", [frame], onPage=_running)]


def _cover(canvas: Canvas, _: Any) -> None:
    width, height = A4
    canvas.setFillColor(BLUE)
    canvas.rect(0, 340, width, height - 340, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor("#5fa8c4"))
    canvas.setLineWidth(3)
    for wave in range(4):
        path = canvas.beginPath()
        y = 372 + wave * 15
        path.moveTo(0, y)
        for x in range(0, int(width), 120):
            path.curveTo(x + 40, y + 26, x + 80, y - 26, x + 120, y)
        canvas.drawPath(path)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(LEFT, 760, COMPANY)
    canvas.setFont("Helvetica-Bold", 33)
    for row, words in enumerate(("Annual Network and", "Water Quality Report", str(YEAR))):
        canvas.drawString(LEFT, 640 - row * 42, words)
    canvas.setFillGray(0.2)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(LEFT, 92, f"Published on {day(PUBLISHED)}")
    canvas.drawString(LEFT, 76, "www.harrowvalewater.example.com")


def _running(canvas: Canvas, _: Any) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, A4[1] - 52, RIGHT, A4[1] - 52)
    canvas.line(LEFT, 48, RIGHT, 48)
    canvas.setFillGray(0.35)
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(LEFT, A4[1] - 46, COMPANY)
    canvas.drawRightString(RIGHT, A4[1] - 46, f"{TITLE} {YEAR}")
    canvas.drawString(LEFT, 36, f"Published {day(PUBLISHED)}")
    canvas.drawRightString(RIGHT, 36, f"Page {canvas.getPageNumber()} of 12")


def ruled(rows: Sequence[Sequence[object]], widths: Sequence[float], total: bool = False) -> Table:
    """A table with a line around every cell; its head is repeated on each page it continues on."""
    table = Table([list(row) for row in rows], colWidths=list(widths), repeatRows=1, hAlign="LEFT")
    style: list[Any] = [
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
        ("FONT", (0, 1), (-1, -1), "Helvetica", 9),
        ("BACKGROUND", (0, 0), (-1, 0), BLUE),
        ("TEXTCOLOR", (0, 0), (-1, 0), white),
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    if total:
        style += [("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 9), ("BACKGROUND", (0, -1), (-1, -1), PALE)]
    table.setStyle(TableStyle([*style, *_aligned(rows)]))
    return table


def unruled(rows: Sequence[Sequence[object]], widths: Sequence[float], bold: Sequence[int] = ()) -> Table:
    """A table set by white space alone, but for a line under its head and over each row in `bold`."""
    table = Table([list(row) for row in rows], colWidths=list(widths), hAlign="LEFT")
    style: list[Any] = [
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9.5),
        ("FONT", (0, 1), (-1, -1), "Helvetica", 9.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, BLUE),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    for row in bold:
        style += [("FONT", (0, row), (-1, row), "Helvetica-Bold", 9.5), ("LINEABOVE", (1, row), (-1, row), 0.5, BLUE)]
    table.setStyle(TableStyle([*style, *_aligned(rows)]))
    return table


def _aligned(rows: Sequence[Sequence[object]]) -> list[Any]:
    """Columns of figures to the right: those whose last cell starts with a digit or a bracket."""
    return [
        ("ALIGN", (column, 0), (column, -1), "RIGHT")
        for column, cell in enumerate(rows[-1])
        if str(cell).startswith(tuple("0123456789("))
    ]


def line_chart(points: dict[int, float], top: float, target: float, unit: str) -> Drawing:
    """Values by year as a line, with the target as a second one."""
    drawing = Drawing(WIDTH, 190)
    # Any: the stubs take the first value of an attribute, a whole number, for its type.
    chart: Any = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 34, 24, WIDTH - 60, 140
    chart.data = [list(points.values()), [target] * len(points)]
    chart.categoryAxis.categoryNames = [str(year) for year in points]
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 25, top, 5
    chart.lines[0].strokeColor, chart.lines[0].strokeWidth = BLUE, 2
    chart.lines[1].strokeColor, chart.lines[1].strokeDashArray = HexColor("#c8553d"), (4, 3)
    chart.lineLabelArray = [[f"{value:.1f}" for value in points.values()], [None] * len(points)]
    chart.lineLabelFormat = "values"
    chart.lineLabels.fontSize, chart.lineLabels.dy = 8, 8
    return _chart(drawing, chart, unit)


def bar_chart(bars: dict[str, int], unit: str) -> Drawing:
    """Counts by name as columns."""
    drawing = Drawing(WIDTH, 190)
    chart: Any = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 34, 24, WIDTH - 60, 140
    chart.data = [list(bars.values())]
    chart.categoryAxis.categoryNames = list(bars)
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax = -(-max(bars.values()) // 5) * 5
    chart.valueAxis.valueStep = 5
    chart.bars[0].fillColor, chart.bars[0].strokeColor = BLUE, None
    chart.barLabelFormat = "%d"
    chart.barLabels.fontSize, chart.barLabels.dy = 9, 7
    chart.groupSpacing = 18
    return _chart(drawing, chart, unit)


def _chart(drawing: Drawing, chart: Any, unit: str) -> Drawing:
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = "Helvetica", 8.5
    chart.valueAxis.visibleGrid = True
    chart.valueAxis.gridStrokeColor, chart.valueAxis.gridStrokeWidth = LINE, 0.4
    drawing.add(chart)
    drawing.add(String(0, 174, unit, fontName="Helvetica-Oblique", fontSize=8.5))
    return drawing
