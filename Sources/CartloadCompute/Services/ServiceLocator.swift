// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How a request names a service; section 3 of the wire facts of the Batches API.
public enum ServiceLocator: Sendable, Hashable {
    /// A version by its own id.
    case version(String)
    /// `service`: an id of a service, or `folder/service`, or `folder/service[version]`; the version in force at a time where
    /// none is named.
    case service(String, at: Instant?)
}
