import FoundationEssentials
package import Platform
package import SystemPackage
package import Text

/// What somebody who waits wants to be told of; as JSON it is part of a request.
package struct FlushWish: Codable, Sendable, Equatable {
    /// From when on failures are told of, in nanoseconds since 1970: a drop began before its request.
    package var since: Int64?
    /// The names below the inbox that are waited for and told of, with all that is in them; nil for all.
    package var places: [String]?

    /// So many names are passed on; a drop of more is told of all.
    private static let mostPlaces = 1000

    package init(since: RealTime? = nil, places: [FilePath]? = nil) {
        self.since = since?.nanoseconds
        guard let places, places.count <= Self.mostPlaces else { return }
        // A name that is shown in another form cannot be named here.
        let isNamed = places.allSatisfy { place in
            place.displayName == place.string && place.isRelative && place.components.allSatisfy { $0.kind == .regular }
        }
        guard isNamed else { return }
        self.places = places.map(\.string)
    }

    /// Adds the wish to a request.
    package func add(to request: inout JSONObject) {
        // Numbers and strings can always be written.
        guard let text = try? JSONEncoder().encode(self) else { return }
        request.add("wish", rawJSON: String(decoding: text, as: UTF8.self))
    }

    /// Reads the wish of a request; one without it, or with another form, wants to be told of everything.
    package init(request: [UInt8]) {
        struct Request: Codable { var wish: FlushWish? }
        let wish = try? JSONDecoder().decode(Request.self, from: Data(request)).wish
        self.init(places: wish?.places.map { $0.map { FilePath($0) } })
        since = wish?.since
    }

    /// Whether a name below the inbox is told of.
    package func wants(_ path: String) -> Bool {
        places?.contains { path == $0 || path.hasPrefix($0 + "/") } ?? true
    }
}
