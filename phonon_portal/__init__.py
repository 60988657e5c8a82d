"""The wiring: settings, addresses, and how the portal is served."""
