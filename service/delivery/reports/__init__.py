"""Reports that come back about a mail: read from any bytes, within bounds, and judged."""

from service.delivery.reports.parsing import Report, parse

__all__ = ["Report", "parse"]
