// SPDX-License-Identifier: Apache-2.0

/// A writer to another program, which says later how much of what it was given is durable.
///
/// For such a writer ``DestinationWriter/commit(_:)`` only hands over what was written and marks the place, unless the
/// commit is the last: that one returns only once everything is durable. A checkpoint is saved no sooner than the commit
/// that it belongs to is acknowledged (I1), and a run that resumes hands over again what was not. Its destination is not
/// transactional: what the other program took without saying so may be there twice.
public protocol AcknowledgingWriter: DestinationWriter {
    /// The sequence number of the last commit that is known to be durable; 0 before the first.
    ///
    /// It never goes down, and is looked at after each commit and after ``DestinationWriter/close()``, in which a program
    /// often says most of it.
    var acknowledged: Int { get }
}
