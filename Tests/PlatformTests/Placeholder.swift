import Testing

@Test func placeholderPlatform() {
}
