// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
public import CartloadFlow
internal import CartloadProcess

extension Processors {
    /// The processors that are programs.
    public static let programs: [Entry] = [
        Entry(
            name: "jq", summary: "Runs a jq program over each record.",
            settings: [
                Setting("program", .string, "The program.", isRequired: true),
                Setting("many", .boolean, "Whether one record may become several.", default: false),
                Setting("timeout", .number, "So many seconds a block of records may take.", default: 60),
                Setting("memory_bytes", .integer, "The address space that jq may use.", default: .int(1 << 30)),
            ], example: "jq: \"{id, tags: [.tags[].name]}\""
        ) { step in
            if step.value.stringValue != nil { return try JQProcessor(step.text()) }
            let settings = try step.configuration()
            var limits = JQProcessor.usualLimits
            limits.addressSpace = try settings.count("memory_bytes") ?? limits.addressSpace
            return try JQProcessor(
                settings.string("program") ?? "", allowsMany: settings.boolean("many") ?? false, limits: limits,
                timeout: try settings.seconds("timeout") ?? JQProcessor.usualTimeout)
        },
        Entry(
            name: "exec", summary: "Sends records through a program of your own.",
            settings: RunProgram.settings(
                timeout: "So many seconds it may take for a block of records.", seconds: usualSeconds),
            example: "exec: {command: [python3, enrich.py]}"
        ) { step in ExecProcessor(try RunProgram(step.configuration(), timeout: usualSeconds)) },
    ]

    private static let usualSeconds = 60
}
