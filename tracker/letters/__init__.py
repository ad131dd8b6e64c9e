"""What leaves the house: letters written as data, kept in the outbox, carried by a transport."""
