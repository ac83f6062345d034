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

    /// A file declares or extends what it is named for, and at most three types.
    static func noun(_ file: SourceFile) -> String? {
        let exempt = ["main", "LanguageMode", "Package", "ErrorCatalogue"]
        guard !exempt.contains(file.noun) else { return nil }
        var declared: [String] = []
        var extended: [String] = []
        for line in file.code {
            let pattern =
                #/^((public|package|internal|private|fileprivate|final|indirect|@[A-Za-z]+(\([^)]*\))?) )*(struct|class|enum|protocol|actor|extension|typealias|func|macro) +`?([A-Za-z0-9_.]+)/#
            guard let match = line.firstMatch(of: pattern) else { continue }
            let isPrivate = line.hasPrefix("private") || line.hasPrefix("fileprivate")
            if match.4 == "extension" {
                extended += match.5.split(separator: ".").map(String.init)
            } else if match.4 != "func", match.4 != "typealias" {
                declared.append(isPrivate ? "" : String(match.5))
            }
        }
        guard declared.contains(file.noun) || extended.contains(file.noun) || Waivers.otherName[file.path] != nil else {
            return "declares \((declared + extended).filter { !$0.isEmpty }), none of which it is named for"
        }
        let types = declared.filter { !$0.isEmpty }
        return types.count > 3 && Waivers.manyNouns[file.path] == nil ? "declares \(types.count) types: \(types)" : nil
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
