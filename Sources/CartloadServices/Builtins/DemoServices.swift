// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
internal import CartloadCore

/// The services that a server has without a folder of its own: `demo/double`, `demo/add`, `demo/fail`, `demo/sleep`,
/// `demo/spin`.
public enum DemoServices {
    public static let all: [Service] = [
        service(.double, inputs: [ServiceField("value", .number)], outputs: ["value"]),
        service(
            .add,
            inputs: [ServiceField("value", .number), ServiceField("common", .number, defaultValue: Bytes("0"))],
            outputs: ["total"]),
        service(
            .fail,
            inputs: [
                ServiceField("value", .number, isOptional: true), ServiceField("fail", .boolean, isOptional: true),
                ServiceField("threshold", .number, isOptional: true),
            ], outputs: ["value"]),
        service(
            .sleep,
            inputs: [
                ServiceField("value", .any, isOptional: true),
                ServiceField("milliseconds", .number, defaultValue: Bytes("1")),
            ], outputs: ["value"]),
        service(
            .spin,
            inputs: [
                ServiceField("value", .any, isOptional: true),
                ServiceField("milliseconds", .number, defaultValue: Bytes("1")),
            ], outputs: ["value"]),
    ]

    private static func service(_ builtin: Builtin, inputs: [ServiceField], outputs: [String]) -> Service {
        let path = "demo/\(builtin.rawValue)"
        return Service(
            serviceID: UniqueID.derived(from: [Bytes(path)]),
            versionID: UniqueID.derived(from: [Bytes(path), Bytes("1.0.0")]),
            folder: "demo", name: builtin.rawValue, version: "1.0.0", inputs: inputs, outputs: outputs,
            runner: builtin.runner)
    }
}
