"""Reports that come back about a mail: read from any bytes, within bounds, and judged in words that staff read."""

from service.delivery.reports.judging import KINDS
from service.delivery.reports.parsing import Report, parse

__all__ = ["KINDS", "Report", "parse"]
