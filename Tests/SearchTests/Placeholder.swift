import Testing

@Test func placeholderSearch() {
}
