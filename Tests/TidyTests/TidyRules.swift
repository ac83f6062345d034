// SPDX-License-Identifier: Apache-2.0

import CartloadCore

/// The rules: each says what is wrong with a file, or nothing.
enum TidyRules {
    static let drawers: Set<String> = ["utils", "util", "utilities", "helpers", "helper", "common", "misc", "support"]

    static func drawer(_ file: SourceFile) -> String? {
        let names = file.components.dropLast() + [file.noun]
        return names.first { drawers.contains($0.lowercased()) }.map { "\"\($0)\" is a drawer, not a noun" }
    }

    static func licence(_ file: SourceFile) -> String? {
        let head = file.text.split(separator: "\n").prefix(2)
        return head.contains { $0.contains("SPDX-License-Identifier: Apache-2.0") } ? nil : "has no SPDX line"
    }

    /// Paths of somebody's machine; tests may use temporary ones.
    static func machinePath(_ file: SourceFile) -> String? {
        let paths =
            file.path.hasPrefix("Tests/")
            ? ["/wo" + "rk/", "/ro" + "ot/"] : ["/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/"]
        return paths.first { file.text.contains($0) }.map { "names the machine path \($0)" }
    }

    static func marks(_ file: SourceFile) -> String? {
        ["TO" + "DO", "FIX" + "ME", "XX" + "X:"].first { file.text.contains($0) }.map { "has a \($0)" }
    }

    static func force(_ file: SourceFile) -> String? {
        file.code.first { line in
            line.contains("try!") || line.contains("as!")
                || line.firstMatch(of: #/[A-Za-z0-9_\])]!([.\[,;) ]|$)/#) != nil && !line.contains("!=")
                    && !line.contains("\"")
        }.map { "forces: \($0.trimmedForMessage)" }
    }

    /// What a file declares shares a word with its name, and there are not too many types; extensions may be named freely.
    static func noun(_ file: SourceFile) -> String? {
        let exempt = ["main", "LanguageMode", "ErrorCatalogue"]
        guard !exempt.contains(file.noun) else { return nil }
        let pattern =
            #/^((public|package|internal|final|indirect|@[A-Za-z]+(\([^)]*\))?) )*(struct|class|enum|protocol|actor|typealias) +`?([A-Za-z0-9_]+)/#
        let declared = file.code.compactMap { $0.firstMatch(of: pattern).map { String($0.5) } }
        guard let name = file.components.last, !declared.isEmpty else { return nil }
        guard declared.count <= 8 else { return "declares \(declared.count) types: \(declared)" }
        let extended = file.code.compactMap {
            $0.firstMatch(of: #/^extension ([A-Za-z0-9_.]+)/#).map { $0.1.split(separator: ".").map(String.init) }
        }
        if extended.joined().contains(file.noun) { return nil }
        let words = words(of: name)
        return declared.contains { !words.isDisjoint(with: self.words(of: $0)) }
            ? nil : "declares \(declared), none of which it is named for"
    }

    /// `JSONValue+Text.swift` holds `json`, `value` and `text`; plurals count as singular.
    private static func words(of name: String) -> Set<String> {
        let base = name.hasSuffix(".swift") ? String(name.dropLast(6)) : name
        return Set(
            base.matches(of: #/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/#).map { match in
                let word = match.output.lowercased()
                return word.hasSuffix("s") ? String(word.dropLast()) : word
            })
    }

    static func unchecked(_ file: SourceFile) -> String? {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains("@unchecked " + "Sendable") {
            if line.firstRange(of: "//").map({ $0.lowerBound < line.endIndex }) == true { continue }
            let before = lines[max(0, index - 4)..<index]
            if !before.contains(where: { $0.contains("//") }) {
                return "line \(index + 1) is unchecked without a reason"
            }
        }
        return nil
    }

    /// The Swift targets of a manifest, or the functions that make them, which do not have the strict settings.
    static func lenientTargets(in manifest: String) -> [String] {
        manifest.split(separator: #/\.(?=(target|executableTarget|testTarget)\()/#).dropFirst()
            .filter { !$0.contains("swiftSettings: strict") && !$0.contains("Sources/C/") }
            .map { String($0.prefix(60)) }
    }

    /// The modules that a file imports.
    static func imports(_ file: SourceFile) -> [String] {
        file.code.compactMap { line in
            line.firstMatch(
                of: #/^ *(@[A-Za-z_]+(\([^)]*\))? +)*((public|internal|package|private) +)?import +([A-Za-z0-9_]+)/#
            )
            .map { String($0.5) }
        }
    }
}

extension String {
    fileprivate var trimmedForMessage: String { String(drop { $0 == " " }.prefix(80)) }
}
