"""One table (一表通): forms that the warehouse fills. What a person needs to make one stands in docs/forms.md."""
