import Platform
import SystemPackage
import Yams

/// The keys of a configuration file and their lines, for messages that name the place.
///
/// swift-configuration gives values without lines, so the same YAML library reads the file a second time here.
struct ConfigurationFile {
    /// What a key contains.
    enum Content {
        case nothing, value, list, section
        /// A list that contains something other than values.
        case nested
    }

    struct Entry {
        /// The dotted name, such as `spool.directory`.
        let name: String
        /// The line, from 1.
        let line: Int
        let content: Content

        /// The part before the last dot, such as `spool` of `spool.directory`.
        var section: String { name.split(separator: ".").dropLast().joined(separator: ".") }
    }

    /// The sections and their keys, in the order of the file.
    let entries: [Entry]

    private static let complaint = "this is not the YAML of a configuration"
    private static let largest = 1 << 20

    private static func unreadable(_ reason: String, _ cause: PlatformError? = nil) -> SettingsError {
        SettingsError(
            .configuration, "the configuration cannot be read: \(reason); choose another one with --config",
            cause: cause)
    }

    /// What a path is that cannot be a configuration; nil when it may be one.
    private static func wrongKind(_ kind: FileStatus.Kind) -> String? {
        switch kind {
        case .directory: "a folder"
        case .fifo: "a pipe"
        case .socket: "a socket"
        // An empty device such as /dev/null stands for no configuration.
        case .regular, .symbolicLink, .device, .other: nil
        }
    }

    /// Reads the file.
    ///
    /// - Throws: `SettingsError` when it cannot be read, is not YAML, or contains something other than sections and
    ///   keys.
    init(_ path: FilePath) throws(SettingsError) {
        let bytes: [UInt8]
        let wrongKind: String?
        do throws(PlatformError) {
            wrongKind = Self.wrongKind(try FileStatus.followingLinks(path).kind)
            // Opening a pipe would wait for whoever writes to it, which may be nobody.
            bytes = wrongKind == nil ? try FileContents.read(path, limit: Self.largest) : []
        } catch {
            throw Self.unreadable(
                error.code == .tooLarge ? "\(path) is larger than \(Self.largest >> 10) KiB" : "\(error)", error)
        }
        if let wrongKind { throw Self.unreadable("\(path) is \(wrongKind), and a file is needed") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError(.configuration, "\(path): \(Self.complaint): it is not UTF-8 text")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.error(error, of: path, text: text)
        } catch {
            throw SettingsError(.configuration, "\(path): \(Self.complaint): \(error)", cause: error)
        }
        var entries: [Entry] = []
        switch root.map({ Self.content(of: $0) }) {
        case .section?: Self.collect(root?.mapping, in: "", &entries)
        case .nothing?, nil: break
        case .value?, .list?, .nested?:
            let line = root?.mark.map { ":\($0.line)" } ?? ""
            throw SettingsError(
                .configuration, "\(path)\(line): \(Self.complaint): sections with keys are needed, such as `spool:`")
        }
        self.entries = entries
    }

    private static func content(of node: Node) -> Content {
        switch node {
        case .scalar(let scalar): ["", "~", "null"].contains(scalar.string) ? .nothing : .value
        case .mapping: .section
        case .sequence(let sequence): sequence.allSatisfy { $0.scalar != nil } ? .list : .nested
        case .alias: .value
        }
    }

    private static func collect(_ mapping: Node.Mapping?, in section: String, _ entries: inout [Entry]) {
        for (key, value) in mapping ?? [:] {
            let name = section + (key.string ?? "?")
            let content = content(of: value)
            entries.append(Entry(name: name, line: key.mark?.line ?? 1, content: content))
            // There are no nested sections; anything deeper is a mistake, and the message names its section.
            if content == .section, section.isEmpty { collect(value.mapping, in: name + ".", &entries) }
        }
    }
}

/// Converts an error of the YAML library into one line with its place.
extension ConfigurationFile {
    private static func error(_ error: YamlError, of path: FilePath, text: String) -> SettingsError {
        func complain(_ line: Int?, _ problem: String) -> SettingsError {
            let place = line.map { ":\($0)" } ?? ""
            return SettingsError(.configuration, "\(path)\(place): \(complaint): \(problem)", cause: error)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var problem = problem
            if let context, !context.text.isEmpty {
                problem += ", \(context.text)"
                // For an unclosed quote, its beginning helps more than the end of the file.
                if context.mark.line != mark.line { problem += " that begins in line \(context.mark.line)" }
            }
            if line(mark.line, of: text).prefix(while: \.isWhitespace).contains("\t") {
                problem += "; indent with spaces, not with tabs"
            }
            // The library counts it as a column of the first line.
            if text.hasPrefix("\u{FEFF}") { problem += "; save it without the byte order mark at its beginning" }
            return complain(mark.line, problem)
        case .reader(let problem, let offset, _, _):
            return complain(offset.map { text.prefix($0).count(where: \.isNewline) + 1 }, problem)
        case .duplicatedKeysInMapping(let names, let context):
            return repeated(names.first ?? "a key", firstLine: context.mark.line, of: path, text: text)
        default:
            return complain(nil, "\(error)".replacing("\n", with: " "))
        }
    }

    private static func line(_ number: Int, of text: String) -> Substring {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }

    /// The error for a repeated key.
    ///
    /// The library reports its first line; the second one is the line with which the beginning of the file becomes
    /// invalid.
    private static func repeated(
        _ name: String, firstLine: Int, of path: FilePath, text: String
    ) -> SettingsError {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        func beginning(_ count: Int) -> String { lines.prefix(count).joined(separator: "\n") }
        var second: Int?
        for number in firstLine..<max(lines.count + 1, firstLine + 1)
        where number <= lines.count && lines[number - 1].contains(name) {
            do {
                _ = try Yams.compose(yaml: beginning(number))
            } catch YamlError.duplicatedKeysInMapping {
                second = number
                break
            } catch {
                // This beginning ends inside brackets or quotes.
            }
        }
        var whole = name
        if let second, let root = try? Yams.compose(yaml: beginning(second - 1)) {
            var entries: [Entry] = []
            collect(root.mapping, in: "", &entries)
            let same = entries.last { $0.line == firstLine && ($0.name == name || $0.name.hasSuffix(".\(name)")) }
            whole = same?.name ?? name
        }
        return .twice(whole, path, line: second ?? firstLine, first: second == nil ? nil : firstLine)
    }
}

extension SettingsError {
    /// The error for a key that the file gives more than once.
    static func twice(_ name: String, _ path: FilePath?, line: Int, first: Int?) -> SettingsError {
        let earlier = first.map { ", in line \($0) already" } ?? ""
        return SettingsError(
            .configuration, "\(path?.string ?? ""):\(line): \(name) is given twice\(earlier); keep one of them")
    }
}
