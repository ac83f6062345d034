// SPDX-License-Identifier: Apache-2.0

/// Who may import whom: the river of CONTRIBUTING.md. A target that is not listed may import nothing of ours.
enum ImportDirection {
    static let allowed: [String: Set<String>] = [
        "CartloadCore": [],
        "CartloadStorage": ["CartloadCore"],
        "CartloadFormats": ["CartloadCore"],
        "CartloadConfiguration": ["CartloadCore"],
        "CartloadExpressions": ["CartloadCore"],
        "CartloadHTTP": ["CartloadCore"],
        "SQLiteDatabase": ["CartloadCore"],
        "CartloadFlow": ["CartloadCore", "CartloadExpressions", "SQLiteDatabase"],
        "CartloadFiles": ["CartloadCore", "CartloadStorage", "CartloadFormats"],
        "CartloadSQLite": ["CartloadCore", "SQLiteDatabase"],
        "CartloadHTTPAPI": ["CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadConfiguration"],
        "CartloadTrial": ["CartloadCore", "CartloadExpressions"],
        "CartloadSinger": [
            "CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadFlow", "CartloadProcess",
        ],
        "CartloadAirbyte": ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadProcess"],
        "CartloadProcess": ["CartloadCore"],
        "CartloadPrograms": ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadProcess"],
        "CartloadCompute": ["CartloadCore"],
        "CartloadStores": ["CartloadCore", "CartloadCompute", "SQLiteDatabase"],
        "CartloadServices": ["CartloadCore", "CartloadCompute", "CartloadConfiguration", "CartloadProcess"],
        "CartloadTesting": ["CartloadCore", "CartloadFormats", "CartloadFlow", "CartloadCompute"],
        "CartloadAPI": ["CartloadCore"],
        "CartloadClient": ["CartloadCore", "CartloadAPI", "CartloadStorage"],
        "CartloadServer": [
            "CartloadCore", "CartloadAPI", "CartloadCompute", "CartloadConfiguration", "CartloadHTTP",
            "CartloadServices", "CartloadStores",
        ],
        "CartloadServiceCalls": [
            "CartloadCore", "CartloadFlow", "CartloadCompute", "CartloadServices", "CartloadAPI", "CartloadClient",
        ],
        "CartloadCommands": [
            "CartloadCore", "CartloadStorage", "CartloadFormats", "CartloadConfiguration", "CartloadExpressions",
            "CartloadFlow", "CartloadFiles", "CartloadSQLite", "CartloadHTTPAPI", "CartloadTrial", "CartloadSinger",
            "CartloadAirbyte", "CartloadProcess", "CartloadPrograms", "CartloadCompute", "CartloadServices",
            "CartloadStores", "CartloadHTTP", "CartloadAPI", "CartloadServer", "CartloadClient",
            "CartloadServiceCalls", "SQLiteDatabase",
        ],
        "cartload": ["CartloadCommands"],
        // What tests share; nothing but tests imports it.
        "TestSupport": ["CartloadCore", "CartloadTesting", "SQLiteDatabase"],
    ]

    /// What of ours a module imports although it must not.
    static func forbidden(_ imports: [String], in module: String) -> [String] {
        imports.filter { name in
            let isOurs = allowed[name] != nil || name.hasPrefix("Cartload")
            return isOurs && allowed[module]?.contains(name) != true
        }
    }

    /// The target of a file in `Sources`, or in the folder of one of the targets in `Tests`.
    static func module(of file: SourceFile) -> String {
        file.components[1] == "Connectors" ? file.components[2] : file.components[1]
    }
}
