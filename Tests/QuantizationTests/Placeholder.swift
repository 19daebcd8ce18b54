import Testing

@Test func placeholderQuantization() {
}
