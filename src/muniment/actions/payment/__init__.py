"""Money: the estimate, the order, the invoice, what came in, what is waived or given back."""

from .cards import (
    CHECKOUT,
    CLOSING,
    ask_for_checkout,
    close_pages,
    record_checkout,
    record_closed,
)
from .estimates import accept_higher_cost, draft_estimate
from .invoices import (
    issue_credit_note,
    issue_invoice,
    keep_tax_form,
    record_nothing_due,
    record_purchase_order,
    void_invoice,
)
from .lines import (
    MATCH,
    Arrived,
    set_line_aside,
    take_bank_lines,
    take_card_payment,
)
from .received import (
    match_bank_line,
    match_bank_line_by_hand,
    record_card_payment,
    record_payment,
)
from .refunds import approve_refund, ask_refund, refuse_refund
from .waivers import approve_waiver, ask_waiver, refuse_waiver

__all__ = [
    "CHECKOUT",
    "CLOSING",
    "MATCH",
    "Arrived",
    "accept_higher_cost",
    "approve_refund",
    "approve_waiver",
    "ask_for_checkout",
    "ask_refund",
    "ask_waiver",
    "close_pages",
    "draft_estimate",
    "issue_credit_note",
    "issue_invoice",
    "keep_tax_form",
    "match_bank_line",
    "match_bank_line_by_hand",
    "record_card_payment",
    "record_checkout",
    "record_closed",
    "record_nothing_due",
    "record_payment",
    "record_purchase_order",
    "refuse_refund",
    "refuse_waiver",
    "set_line_aside",
    "take_bank_lines",
    "take_card_payment",
    "void_invoice",
]
