/// A character that joins the words around it to a compound, such as a path, an address or a serial number.
enum Connector: UInt8 {
    case hash = 0x23
    case plus = 0x2B
    case comma = 0x2C
    case hyphen = 0x2D
    case stop = 0x2E
    case slash = 0x2F
    case colon = 0x3A
    case at = 0x40
    case backslash = 0x5C
    case underscore = 0x5F
    case tilde = 0x7E

    /// Whether it alone makes a compound of what it joins; the others need a digit somewhere.
    ///
    /// So `and/or` and `example.com` are compounds, and `well-known` is two words.
    var makesCompound: Bool {
        switch self {
        case .stop, .slash, .at, .backslash, .underscore: true
        case .hash, .plus, .comma, .hyphen, .colon, .tilde: false
        }
    }

    /// Whether it separates names within a compound, each of which people search for as it is.
    ///
    /// So a path is found by the name of its file, and an address by its domain, both of which are compounds again.
    var separatesNames: Bool {
        switch self {
        case .hash, .plus, .slash, .colon, .at, .backslash, .tilde: true
        case .comma, .hyphen, .stop, .underscore: false
        }
    }
}
