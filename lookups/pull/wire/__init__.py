"""A request on its way: where it may go, how long it may take, what comes back as bytes."""
