// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadSinger

/// What a tap or target is and can, for `--about`.
struct SingerAbout {
    let end: SingerEnd
    let settings: [Setting]
    let version: String

    private var capabilities: [String] {
        switch end.kind {
        case .tap: ["about", "catalog", "discover", "state", "test", "batch", "properties", "activate-version"]
        case .target: ["about", "batch", "activate-version", "validate-records", "hard-delete"]
        }
    }

    private var description: String {
        end.kind == .tap ? "Singer tap: \(end.connector.summary)" : "Singer target: \(end.connector.summary)"
    }

    func text(_ format: String) -> String {
        switch format {
        case "json": json.pretty() + "\n"
        case "markdown": markdown
        default: plain
        }
    }

    private var json: JSONValue {
        [
            "name": .string(end.name), "description": .string(description), "version": .string(version),
            "capabilities": .array(capabilities.map { .string($0) }),
            "settings": .object(ConnectorDescription.schema(settings)),
        ]
    }

    private var plain: String {
        var lines = [
            "Name: \(end.name)", "Description: \(description)", "Version: \(version)",
            "Capabilities: \(capabilities.joined(separator: ", "))", "Settings:",
        ]
        lines += ConnectorDescription.lines(settings, indent: 2)
        lines.append("Each setting can also be a variable, such as \(end.exampleVariable), with --config ENV.")
        return lines.joined(separator: "\n") + "\n"
    }

    private var markdown: String {
        var lines = ["# \(end.name)", "", description, "", "## Capabilities", ""]
        lines += capabilities.map { "- `\($0)`" }
        lines += ["", "## Settings", "", "| setting | required | default | what it is |", "|---|---|---|---|"]
        lines += settings.map { setting in
            let value = setting.defaultValue.map { "`\($0)`" } ?? ""
            return "| `\(setting.name)` | \(setting.isRequired ? "yes" : "no") | \(value) | \(setting.summary) |"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
