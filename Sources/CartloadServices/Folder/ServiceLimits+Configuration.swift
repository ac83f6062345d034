// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import CartloadProcess

extension ServiceLimits {
    static let settings: [Setting] = [
        Setting("timeout", .string, "How long a chunk may run; its worker is killed then.", default: "60s"),
        Setting("start", .string, "How much longer the first chunk of a new worker may run.", default: "0s"),
        Setting(
            "max_workers", .integer, "How many workers there may be at once; by default as many as the server has."),
        Setting("idle", .string, "How long a worker without work is kept.", default: "60s"),
        Setting("memory", .string, "The address space of a worker, such as 512MB."),
        Setting("cpu", .string, "The time of computing that one worker may use in all its life."),
        Setting("open_files", .integer, "How many files a worker may have open."),
        Setting("answer", .string, "How much a worker may answer to a chunk.", default: "256MB"),
    ]

    init(_ configuration: Configuration) throws {
        self.init()
        chunkTimeout = try configuration.duration("timeout", atLeast: .milliseconds(1)) ?? chunkTimeout
        maximumWorkers = try configuration.count("max_workers")
        idleTime = try configuration.duration("idle") ?? idleTime
    }
}

extension ChildLimits {
    /// What a child of a service may use.
    init(_ configuration: Configuration) throws {
        self.init(
            addressSpace: try configuration.size("memory"),
            computing: try configuration.duration("cpu", atLeast: .milliseconds(1)),
            openFiles: try configuration.count("open_files"))
    }
}

extension Configuration {
    /// A number of bytes, at least 1.
    func size(_ name: String) throws -> Int? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let size = ByteSize(value), size.bytes > 0 else {
            throw wrong(name, "\"\(path(of: name))\" must be a size, such as 512MB")
        }
        return size.bytes
    }
}
