import Platform
import SystemPackage
import Text

/// One person's configuration and folders.
struct PersonalSetup {
    let file: FilePath
    /// Whether the configuration was written just now.
    let isNew: Bool
    let spool: FilePath
    let inbox: FilePath
    let index: FilePath
    let model: FilePath

    /// The text of a configuration; `model` is nil for the model that is installed with the programs.
    static func configuration(spool: FilePath, model: FilePath?) -> String {
        // A JSON string is a YAML string too.
        var text = """
            # VectorSpool's configuration for one person, written by `vectorspool init`.
            # These keys and all others, which have their defaults, are explained by `man vectorspool.yaml` where the programs are
            # installed, and in the source folder by etc/vectorspool.yaml.
            # After an edit: vectorspool reload

            spool:
              directory: \(JSONText.quoted(spool.string))
            index:
              directory: \(JSONText.quoted(spool.appending("index").string))

            """
        if let model { text += "model:\n  directory: \(JSONText.quoted(model.string))\n" }
        return text
    }

    var json: String {
        var object = JSONObject()
        object.add("config", file.string)
        object.add("isNew", isNew)
        object.add("spool", spool.string)
        object.add("inbox", inbox.string)
        object.add("index", index.string)
        object.add("model", model.string)
        return object.text
    }

    /// The outcome and the next steps for a person; `hasService` says whether the service of a session is installed.
    func text(hasService: Bool) -> String {
        let start =
            hasService
            ? "systemctl --user enable --now vectorspoold" : "vectorspoold --config \(ShellWord.quoted(file.bytes))"
        let lines = [
            "\(isNew ? "Wrote" : "Kept") \(file)", "Drop files into \(inbox)", "",
            "Start the daemon:", "  \(start)",
        ]
        let lasting = ["Let it run while you are logged out, too:", "  loginctl enable-linger"]
        let use = [
            "Drop a file, wait until it can be found, search:",
            "  vectorspool drop notes.txt --wait", "  vectorspool search \"a few words\"",
        ]
        return (lines + (hasService ? lasting : []) + use).map { TerminalText.visible($0) + "\n" }.joined()
    }
}
