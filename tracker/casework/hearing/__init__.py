"""意見照会: a sender is asked, the inquiry arrives, the wait runs, they answer. The laws: law/inquiries.py."""
