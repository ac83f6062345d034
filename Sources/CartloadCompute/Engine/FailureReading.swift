// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads failed records out of stored results.
struct FailureReading: Sendable {
    /// A chunk to look into.
    struct Step: Sendable {
        /// Its place among the chunks with failed records.
        var place: Int
        var sequence: Int
        var id: String
        var failedCount: Int
        var outputBytes: Int
        /// Whether its result is not handed out.
        var isKept: Bool
        /// In memory, or else in the store.
        var output: Bytes?
        var skipped: Int
    }

    let pipeline: String
    let store: any PipelineStore
    /// How many bytes of results are read, but always one chunk (I7).
    let bytes: Int

    /// The page that begins with the first step; blocks.
    func page(_ steps: [Step], atMost limit: Int, total: Int) -> FailurePage {
        var page = FailurePage(chunks: [], next: nil, total: total)
        var (read, found) = (0, 0)
        for step in steps {
            let isFull = found >= limit || read > 0 && read + step.outputBytes > bytes
            if isFull {
                page.next = FailurePage.Cursor(chunk: step.place, record: step.skipped)
                return page
            }
            var chunk = FailedChunk(
                id: step.id, sequence: step.sequence, failedCount: step.failedCount, isKept: step.isKept, records: [])
            if step.isKept { read += step.outputBytes }
            if step.isKept, let part = part(step, atMost: limit - found) {
                chunk.records = part.records
                found += part.records.count
                if part.hasMore {
                    page.chunks.append(chunk)
                    page.next = FailurePage.Cursor(chunk: step.place, record: step.skipped + part.records.count)
                    return page
                }
            } else {
                chunk.isKept = false
                found += 1
            }
            page.chunks.append(chunk)
        }
        if let last = steps.last, last.place > 0 { page.next = FailurePage.Cursor(chunk: last.place - 1) }
        return page
    }

    /// Nil when the result is not there any more: it may have been handed out since the step was planned.
    private func part(_ step: Step, atMost limit: Int) -> (records: [FailedRecord], hasMore: Bool)? {
        do {
            let output =
                try step.output ?? store.read(PayloadKey(pipeline: pipeline, sequence: step.sequence, kind: .output))
            let part = try FailedRecords(output).part(skipping: step.skipped, atMost: limit)
            return (part.records.map { FailedRecord(record: $0.record, problems: $0.problems) }, part.hasMore)
        } catch {
            return nil
        }
    }
}

extension PipelineMachine {
    /// The chunks that a page of failed records may need, those that were finished last first.
    func failures(from cursor: FailurePage.Cursor?, atMost limit: Int) -> [FailureReading.Step] {
        let first = min(cursor?.chunk ?? .max, failedChunks.count - 1)
        guard first >= 0, limit > 0 else { return [] }
        return (max(0, first - limit + 1)...first).reversed().map { place in
            let sequence = failedChunks[place]
            let slot = slots[sequence]
            let isKept =
                switch slot.phase {
                case .available, .leased: true
                case .accepting, .queued, .running, .storing, .delivering, .delivered, .dropped, .void: false
                }
            return FailureReading.Step(
                place: place, sequence: sequence, id: slot.id, failedCount: slot.outcome?.failedCount ?? 0,
                outputBytes: slot.outcome?.outputBytes ?? 0, isKept: isKept, output: slot.output,
                skipped: place == cursor?.chunk ? max(0, cursor?.record ?? 0) : 0)
        }
    }
}
