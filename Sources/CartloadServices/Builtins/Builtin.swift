// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute

/// The services of Cartload itself, for trials and measurements.
enum Builtin: String, Sendable, CaseIterable {
    case double, add, fail, sleep, spin

    var runner: any ServiceRunner { BuiltinRunner(builtin: self) }
}

/// Makes workers of a builtin service, in this process.
struct BuiltinRunner: ServiceRunner {
    let builtin: Builtin

    func makeWorker() -> any ServiceWorker {
        switch builtin {
        case .double: DoubleWorker()
        case .add: AddWorker()
        case .fail: FailWorker()
        case .sleep: SleepWorker()
        case .spin: SpinWorker()
        }
    }
}
