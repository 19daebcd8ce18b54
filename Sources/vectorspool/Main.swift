import Console

/// `vectorspool`: searches an index, and makes and inspects what an index is made of.
@main
enum Main {
    static func main() async { await VectorSpool.run() }
}
