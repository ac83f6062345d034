// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadProcess
import CartloadServices

/// Services that are scripts, and calls of them.
enum Script {
    static func python(
        _ text: String, options: ChildRunner.Options = .init(), limits: ServiceLimits = ServiceLimits(),
        bounds: ChildLimits = ChildLimits()
    ) -> Service {
        service(
            ChildCommand("python3", ["-c", "import sys, json, os, time\n\(text)"], limits: bounds), options, limits)
    }

    static func shell(_ text: String, options: ChildRunner.Options = .init()) -> Service {
        service(ChildCommand("sh", ["-c", text]), options, ServiceLimits())
    }

    private static func service(
        _ command: ChildCommand, _ options: ChildRunner.Options, _ limits: ServiceLimits
    ) -> Service {
        Service(
            serviceID: "s", versionID: "1", folder: "f", name: "s", version: "1", limits: limits,
            runner: ChildRunner(command, options: options))
    }

    static func call(_ numbers: some Sequence<Int>, timeout: Duration = .seconds(20)) -> ServiceCall {
        ServiceCall(records: Rows(numbers.map { #"{"n":\#($0)}"# }), timeout: timeout)
    }
}

extension ServiceOutcome {
    /// The text of each output; empty where there is none.
    var texts: [String] { (0..<outputs.count).map { outputs[$0].text } }
}
