// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Where services are found.
public protocol ServiceCatalogue: Sendable {
    /// The version that a locator names; nil when there is none.
    func find(_ locator: ServiceLocator) -> Service?
}

/// Services that were given, for embedders and tests; the last of equal versions counts.
public struct MemoryServiceCatalogue: ServiceCatalogue {
    public let services: [Service]

    public init(_ services: [Service]) { self.services = services }

    public func find(_ locator: ServiceLocator) -> Service? { services.find(locator) }
}

extension [Service] {
    /// The version that a locator names: by id first, then by folder and name; without a version the newest that is in force.
    public func find(_ locator: ServiceLocator) -> Service? {
        switch locator {
        case .version(let id): return last { $0.versionID == id }
        case .service(let text, let time):
            let (path, version) = ServiceLocator.divided(text)
            let named = filter { ($0.serviceID == path || "\($0.folder)/\($0.name)" == path) }
            if let version { return named.last { $0.version == version } }
            return named.filter { $0.activeSince <= time ?? .latest }.max { left, right in
                // By time, "the version in force" is the one that came into force last.
                if time != nil, left.activeSince != right.activeSince { return left.activeSince < right.activeSince }
                return Service.isOlder(left.version, right.version)
            }
        }
    }
}

extension Service {
    /// Whether a version comes before another: number by number, then as text.
    static func isOlder(_ left: String, _ right: String) -> Bool {
        let (lefts, rights) = (left.split(separator: "."), right.split(separator: "."))
        for (left, right) in zip(lefts, rights) where left != right {
            if let left = Int(left), let right = Int(right) { return left < right }
            return left < right
        }
        return lefts.count < rights.count
    }
}

extension ServiceLocator {
    /// `folder/service[version]` as its two parts, with what clients leave in it taken out: doubled and outer slashes, and
    /// the words `folders/` and `services/`.
    static func divided(_ text: String) -> (path: String, version: String?) {
        var path = Substring(text)
        var version: String?
        if path.last == "]", let bracket = path.firstIndex(of: "[") {
            let inside = path[path.index(after: bracket)...].dropLast()
            version = inside.isEmpty ? nil : String(inside)
            path = path[..<bracket]
        }
        var parts = path.split(separator: "/")
        if parts.count == 4, parts[0] == "folders", parts[2] == "services" { parts = [parts[1], parts[3]] }
        return (parts.joined(separator: "/"), version)
    }
}
