import Testing

@Test func placeholderInbox() {
}
