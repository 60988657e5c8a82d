"""What templates call: times, numbers, drawings, words."""
