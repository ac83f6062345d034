// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
internal import CartloadConfiguration
public import CartloadCore
internal import Synchronization

/// Services in a folder: `folder/service/version/service.yaml`, read again while they are in use.
///
/// ``reload()`` reads the files that changed. A pipeline keeps the `Service` that it found, also when its version changes or
/// goes. A file that is wrong is one of ``problems``, and its version stays as it was read before, if it was.
public final class ServiceFolder: ServiceCatalogue {
    /// How services are read and run.
    public struct Options: Sendable {
        /// How many versions there may be; those after are not read (I7).
        public var maximumVersions: Int
        /// Where `${NAME}` in a file is looked up, and what workers get of it: the search path, the language and the like.
        public var environment: [String: String]
        /// Gets each line that a worker says on its standard error, after the URI of its service; called on any thread.
        public var onErrorLine: (@Sendable (String, String) -> Void)?

        /// - Parameter environment: By default this process's.
        public init(
            maximumVersions: Int = 10_000, environment: [String: String]? = nil,
            onErrorLine: (@Sendable (String, String) -> Void)? = nil
        ) {
            self.maximumVersions = maximumVersions
            self.environment = environment ?? Environment.process.variables
            self.onErrorLine = onErrorLine
        }
    }

    private struct Entry {
        var signature: FileSignature
        var service: Service?
        var problem: CartloadError?
    }

    private struct Published {
        var services: [Service] = []
        var problems: [CartloadError] = []
    }

    /// The path of the folder, without symbolic links.
    public let path: String
    private let options: Options
    /// Held while files are read, which finding a service does not wait for.
    private let entries = Mutex<[ServicePlace: Entry]>([:])
    private let published = Mutex(Published())

    /// Reads all services; wrong ones are ``problems``.
    ///
    /// - Throws: `CartloadError` with code `service.folder` when there is no such folder.
    public init(_ path: String, options: Options = Options()) throws {
        guard let resolved = FolderScan.resolved(path) else {
            throw CartloadError(
                .serviceFolder, "there is no such folder", at: Location(source: path),
                advice: "Make it, or name another.")
        }
        self.path = resolved
        self.options = options
        try read()
    }

    public func find(_ locator: ServiceLocator) -> Service? { services.find(locator) }

    /// All services that can be used, by folder, name and version.
    public var services: [Service] { published.withLock { $0.services } }

    /// What is wrong, in the order of paths: one for each file or folder.
    public var problems: [CartloadError] { published.withLock { $0.problems } }

    /// Looks for files that changed, and reads them; cheap when none did.
    ///
    /// Wrong ones are tried again each time, because what they lack may have come. When the folder itself is gone, all stays as
    /// it is.
    @discardableResult
    public func reload() -> ServiceFolderChange {
        let before = published.withLock { $0 }
        do {
            try read()
        } catch let error as CartloadError {
            published.withLock { $0.problems = [error] }
        } catch {}
        let after = published.withLock { $0 }
        return ServiceFolderChange(
            from: before.services, to: after.services, problems: after.problems.filter { !before.problems.contains($0) }
        )
    }

    private func read() throws {
        try entries.withLock { entries in
            let scan = try FolderScan(path, maximum: options.maximumVersions)
            var current: [ServicePlace: Entry] = [:]
            var result = Published(problems: scan.problems)
            var seen: Set<String> = []
            for (place, signature) in scan.found {
                let entry = entry(place, signature, before: entries[place])
                current[place] = entry
                if let problem = entry.problem { result.problems.append(problem) }
                guard let service = entry.service else { continue }
                if seen.insert(service.versionID).inserted {
                    result.services.append(service)
                } else {
                    result.problems.append(
                        CartloadError(
                            .serviceRepeated, "another version has the id \(service.versionID)",
                            at: Location(source: place.file)))
                }
            }
            entries = current
            published.withLock { $0 = result }
        }
    }

    private func entry(_ place: ServicePlace, _ signature: FileSignature, before: Entry?) -> Entry {
        if let before, before.signature == signature, before.problem == nil { return before }
        do {
            let document = try ConfigurationDocument(file: place.file, environment: Environment(options.environment))
            let file = ServiceFile(place: place, options: options)
            return Entry(signature: signature, service: try file.service(document, revision: signature.text))
        } catch let error as CartloadError {
            return Entry(
                signature: signature, service: before?.service, problem: error.located(Location(source: place.file)))
        } catch {
            return Entry(
                signature: signature, service: before?.service,
                problem: CartloadError(
                    .serviceDefinition, "the service cannot be read", at: Location(source: place.file), cause: error))
        }
    }
}
