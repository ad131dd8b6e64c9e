"""The front rooms: thin doors for claimants and staff. They parse, call one verb, and answer."""
