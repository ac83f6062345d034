// SPDX-License-Identifier: Apache-2.0

/// Names a service, as text or by its parts.
///
/// `"folder/service"`, `"folder/service[1.0]"`, `"folders/f/services/s"`, `"service/ID"`, `"version/ID"`.
public struct ServiceReference: Sendable, Hashable, ExpressibleByStringLiteral {
    public var folder: String?
    public var service: String?
    /// Such as `0.4.2`.
    public var version: String?
    public var serviceID: String?
    public var versionID: String?

    public init(
        folder: String? = nil, service: String? = nil, version: String? = nil, serviceID: String? = nil,
        versionID: String? = nil
    ) {
        self.folder = folder
        self.service = service
        self.version = version
        self.serviceID = serviceID
        self.versionID = versionID
    }

    public init(stringLiteral text: String) { self.init(text) }

    /// Reads a text in any of its forms.
    public init(_ text: String) {
        var path = text[...]
        if path.last == "]", let bracket = path.firstIndex(of: "[") {
            let inside = path[path.index(after: bracket)...].dropLast()
            version = inside.isEmpty ? nil : String(inside)
            path = path[..<bracket]
        }
        var parts = path.split(separator: "/").map(String.init)
        if parts.count == 4, parts[0] == "folders", parts[2] == "services" { parts = [parts[1], parts[3]] }
        if parts.count == 2 {
            switch parts[0] {
            case "service": serviceID = parts[1]
            case "version": versionID = parts[1]
            default: (folder, service) = (parts[0], parts[1])
            }
        } else if parts.count == 1 {
            serviceID = parts[0]
        }
    }

    /// A text in any of its forms; what the vendor's documentation calls `serviceUri`.
    public init(serviceURI: String) { self.init(serviceURI) }

    /// What a request names the service by; nil for what names none.
    var wireService: String? {
        if let serviceID { return version.map { "\(serviceID)[\($0)]" } ?? serviceID }
        guard let folder, let service else { return nil }
        return version.map { "\(folder)/\(service)[\($0)]" } ?? "\(folder)/\(service)"
    }
}
