/// A Python literal, as far as the header of a NumPy file can have one.
enum PythonLiteral: Equatable {
    /// A key of a dictionary and its value.
    struct Pair: Equatable {
        let key: PythonLiteral
        let value: PythonLiteral
    }

    case text(String)
    case integer(Int)
    case boolean(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([Pair])
    /// None, bytes, and numbers that no `Int` holds.
    case other

    /// Why a text is no literal.
    struct Failure: Error {}
}
