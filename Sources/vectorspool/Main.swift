import Console

/// `vectorspool`: searches an index, makes its parts and inspects it.
@main
enum Main {
    static func main() async { await VectorSpool.run() }
}
