import Text

/// The values in a document's metadata, each with its dotted key.
///
/// The key of a value is the names of the objects around it, joined by dots: `{"author": {"name": "Ann"}}` has the key
/// `author.name`. Each element of an array is a value of the array's key. Empty arrays and objects have no values.
package enum MetadataFields {
    /// An object or array whose members are being read.
    private struct Level {
        let isArray: Bool
        /// The bytes of its key; nil for the outermost object.
        let keyByteCount: Int?
    }

    /// Calls `body` with the key and the value of each field, in the order of the text.
    ///
    /// It does not recurse, so deep nesting exhausts no stack. Metadata that are no JSON object, which only a forged shard can
    /// contain, have the fields before the fault.
    package static func forEach(
        in metadata: [UInt8], _ body: (_ key: [UInt8], _ value: MetadataValue) -> Void
    ) {
        try? read(metadata, body)
    }

    private static func read(
        _ metadata: [UInt8], _ body: (_ key: [UInt8], _ value: MetadataValue) -> Void
    ) throws(JSONFault) {
        var scanner = try JSONScanner(metadata)
        try scanner.beginObject()
        var levels = [Level(isArray: false, keyByteCount: nil)]
        var key: [UInt8] = []
        while let level = levels.last {
            key.removeSubrange((level.keyByteCount ?? 0)...)
            if level.isArray {
                guard try scanner.hasNextElement() else {
                    levels.removeLast()
                    continue
                }
            } else {
                guard let name = try scanner.nextKeyBytes() else {
                    levels.removeLast()
                    continue
                }
                if level.keyByteCount != nil { key.append(UInt8(ascii: ".")) }
                key += name
            }
            switch scanner.kind() {
            case .object:
                try scanner.beginObject()
                levels.append(Level(isArray: false, keyByteCount: key.count))
            case .array:
                try scanner.beginArray()
                levels.append(Level(isArray: true, keyByteCount: key.count))
            case .string: body(key, .string(try scanner.stringBytes()))
            case .number:
                let number = Double(String(decoding: metadata[try scanner.value()], as: UTF8.self)) ?? 0
                body(key, .number(number == 0 ? 0 : number))
            case .boolean, .null: body(key, try scanner.boolean().map(MetadataValue.boolean) ?? .null)
            case nil: try scanner.skip()
            }
        }
    }
}
