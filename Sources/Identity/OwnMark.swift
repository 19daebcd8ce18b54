/// What the names have in common that this program makes of the names of dropped files: `<name>.vectorspool-<kind>`.
///
/// Each floor reads them for a reason of its own: what is taken, how it is read, where it lies.
package enum OwnMark {
    package static let text = ".vectorspool-"
    /// The mark of mended lines, which lie beside their file.
    package static let lines = text + "lines-"
}
