import Testing

@Test func placeholderEncoding() {
}
