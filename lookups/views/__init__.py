"""The pages, their forms, and what goes around each request."""
